// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.JedisClusterCRC16;

/** Asks the nodes of a cluster which of them is the master of our slot: all our keys are in one. */
final class ClusterLocator implements MasterLocator {

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Connector connector;
    private final List<Node> named;
    private final int slot;

    /** The nodes that the cluster told of last: those named may have gone meanwhile. */
    private Set<Node> known = Set.of();

    ClusterLocator(Connector connector, List<Node> named, GrantKeys keys) {
        this.connector = connector;
        this.named = named;
        this.slot = JedisClusterCRC16.getSlot(keys.probe());
    }

    @Override
    public List<Node> candidates() {
        JedisException failure = new JedisConnectionException("no node of the cluster answered");
        Set<Node> toAsk = new LinkedHashSet<>(named);
        toAsk.addAll(known);
        for (Node node : toAsk) {
            try (RedisConnection connection = connector.open(node, Deadline.in(PATIENCE))) {
                return List.of(masterOfOurSlot(slots(connection), node));
            } catch (JedisException e) {
                failure = new UnusableException("cluster node " + node, e);
            }
        }
        throw failure;
    }

    @Override
    public boolean isStillMaster(Node node) {
        // A node that no longer is says MOVED to the next command.
        return true;
    }

    private static List<?> slots(RedisConnection connection) {
        return (List<?>) connection.call(Deadline.in(PATIENCE), new CommandArguments(Command.CLUSTER).add("SLOTS"));
    }

    private Node masterOfOurSlot(List<?> ranges, Node asked) {
        Set<Node> seen = new LinkedHashSet<>();
        List<Node> masters = new ArrayList<>();
        for (Object each : ranges) {
            List<?> range = (List<?>) each;
            range.stream().skip(2).forEach(node -> seen.add(node((List<?>) node, asked)));
            if ((Long) range.get(0) <= slot && slot <= (Long) range.get(1)) {
                masters.add(node((List<?>) range.get(2), asked));
            }
        }
        if (masters.isEmpty()) {
            throw new JedisConnectionException("the cluster serves no slot " + slot);
        }
        known = seen;
        return masters.get(0);
    }

    /** A node that does not know its own address leaves it out. */
    private static Node node(List<?> description, Node asked) {
        byte[] host = (byte[]) description.get(0);
        int port = ((Long) description.get(1)).intValue();
        return host == null || host.length == 0
                ? Node.of(asked.host(), port)
                : Node.of(new String(host, StandardCharsets.UTF_8), port);
    }

    @Override
    public void close() {
        // Connections were closed after each question.
    }
}
