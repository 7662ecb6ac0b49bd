// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/** Asks the sentinels for the master, as the Redis documentation for sentinel clients wants it: again after any trouble. */
final class SentinelLocator implements MasterLocator {

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Connector connector;
    private final List<Node> sentinels;
    private final String master;
    private @Nullable RedisConnection open;

    SentinelLocator(Connector connector, List<Node> sentinels, String master) {
        this.connector = connector;
        this.sentinels = new ArrayList<>(sentinels);
        this.master = master;
    }

    @Override
    public List<Node> candidates() {
        try {
            return List.of(askTheOneWeKnow());
        } catch (JedisException e) {
            close();
            return List.of(askAll());
        }
    }

    @Override
    public boolean isStillMaster(Node node) {
        try {
            return candidates().contains(node);
        } catch (JedisException e) {
            // Without a sentinel there is no failover either.
            return true;
        }
    }

    private Node askTheOneWeKnow() {
        if (open == null) {
            throw new JedisConnectionException("no sentinel answered");
        }
        return ask(open);
    }

    private Node askAll() {
        JedisException failure = new JedisConnectionException("no sentinel answered");
        for (Node sentinel : sentinels) {
            try {
                open = connector.open(sentinel, Deadline.in(PATIENCE));
                Node found = ask(open);
                // The first that answers is asked first the next time.
                sentinels.remove(sentinel);
                sentinels.add(0, sentinel);
                return found;
            } catch (JedisException e) {
                close();
                failure = new UnusableException("sentinel " + sentinel, e);
            }
        }
        throw failure;
    }

    private Node ask(RedisConnection connection) {
        Object reply = connection.call(
                Deadline.in(PATIENCE),
                new CommandArguments(Command.SENTINEL)
                        .add("get-master-addr-by-name")
                        .add(master));
        if (!(reply instanceof List)) {
            throw new JedisConnectionException("no master named " + master + " is known there");
        }
        List<?> address = (List<?>) reply;
        return Node.of(text(address.get(0)), Integer.parseInt(text(address.get(1))));
    }

    private static String text(Object reply) {
        return new String((byte[]) reply, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        if (open != null) {
            open.close();
            open = null;
        }
    }
}
