// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.redis;

import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.popbeforesmtp.redis.RedisSettings.Topology;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Connects to the servers, and finds out whether they still do what we need, so that an outage is known before somebody waits
 * for it. For one thread.
 */
public final class Heartbeat {

    private static final int PERIODS_PER_PROBE = 4;
    private static final int PATIENCE_WITH_SENTINELS = 20;
    private static final Duration PATIENCE_WITH_THREADS = Duration.ofSeconds(1);

    private final RedisServers servers;
    private final RedisSettings settings;
    private final Consumer<RedisCall> probe;
    private final List<Supplier<RedisTopology>> candidates;
    private final FailureText failures;
    private int periods;
    private int periodsDown;

    /**
     * The heartbeat of some servers.
     *
     * @param probe does in one of them what calls will do, and throws if it cannot
     * @throws IllegalArgumentException if a file with keys or certificates cannot be read
     */
    public Heartbeat(RedisServers servers, RedisSettings settings, Consumer<RedisCall> probe) {
        this.servers = servers;
        this.settings = settings;
        this.probe = probe;
        this.candidates = RedisTopology.candidates(settings);
        this.failures = new FailureText(settings.secrets());
    }

    /** Connects if nothing is connected, else checks. To be called four times a second. */
    public void beat() {
        RedisTopology used = servers.topology();
        if (used == null) {
            connect();
        } else {
            check(used);
        }
    }

    private void check(RedisTopology used) {
        periods++;
        try {
            Map<RedisMaster, List<String>> byMaster = servers.shardsByMaster();
            byMaster.forEach((master, shards) -> {
                if (periods % PERIODS_PER_PROBE == 0 || master.trouble().isPresent()) {
                    check(used, master, shards.get(0));
                }
            });
            servers.retainAll(byMaster.keySet());
        } catch (RedisUnavailableException e) {
            servers.disconnect(used, e.getMessage());
            return;
        }
        Optional<String> trouble = servers.trouble();
        periodsDown = trouble.isPresent() ? periodsDown + 1 : 0;
        if (periodsDown > patience()) {
            servers.disconnect(used, trouble.orElse(""));
        }
    }

    /** For how many periods of an outage we wait for the same servers before we connect anew. */
    private int patience() {
        if (settings.topology == Topology.SENTINEL) {
            // The library may have missed their announcement of a new master.
            return PATIENCE_WITH_SENTINELS;
        }
        return candidates.size() > 1 ? 0 : Integer.MAX_VALUE;
    }

    private void check(RedisTopology used, RedisMaster master, String shard) {
        try {
            probe(used, master, shard);
            master.closeCircuit();
        } catch (RedisUnavailableException e) {
            // The last probe still hangs, and its cause is known.
            return;
        } catch (JedisException | ClassCastException e) {
            used.closeIdleConnectionsTo(master.node);
            master.openCircuit(master + ": " + failures.describe(e));
        }
    }

    private void probe(RedisTopology used, RedisMaster master, String shard) {
        // Nobody waits for a probe: on a busy machine its thread may start late.
        master.probes.call(Deadline.in(settings.timeout.plus(PATIENCE_WITH_THREADS)), () -> {
            RedisCall call = new RedisCall(used.client(), master, shard, Deadline.in(settings.timeout));
            call.unlessFull(() -> probe.accept(call));
            if (call.deadline().isOver()) {
                throw new JedisConnectionException(new SocketTimeoutException());
            }
            return true;
        });
    }

    private void connect() {
        String shard = servers.shards().get(0);
        for (Supplier<RedisTopology> candidate : candidates) {
            RedisTopology found = null;
            String server = "";
            try {
                found = candidate.get();
                RedisMaster master = servers.masterOf(found, shard);
                server = master + ": ";
                probe(found, master, shard);
                periodsDown = 0;
                servers.connected(found);
                return;
            } catch (JedisException | RedisUnavailableException | ClassCastException e) {
                servers.notConnected(server + failures.describe(e));
                if (found != null) {
                    found.close();
                }
            }
        }
    }
}
