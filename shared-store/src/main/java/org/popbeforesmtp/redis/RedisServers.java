// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.redis;

import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.runtime.LogLimit;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The Redis servers that share the keys among themselves. A call waits for its own server, up to its deadline; the first that
 * fails opens the circuit breaker of that server, and all that follow fail at once, without a wait, until
 * a {@link Heartbeat} has found that the server works again.
 */
public final class RedisServers implements AutoCloseable {

    private final RedisSettings settings;
    private final List<String> shards;
    private final Clock clock;
    private final FailureText failures;
    private final LogLimit logLimit;
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "pop-before-smtp-redis-call");
        thread.setDaemon(true);
        return thread;
    });
    private final Map<HostAndPort, RedisMaster> masters = new ConcurrentHashMap<>();

    /** In the place of all others while nothing is connected. */
    private final RedisMaster unknown;

    private volatile @Nullable RedisTopology topology;
    private volatile boolean closed;

    /**
     * Servers that are not connected until a {@link Heartbeat} connects them.
     *
     * @param shards what the names of all keys of each begin with, with the hash tag that they have in common
     */
    public RedisServers(RedisSettings settings, Clock clock, List<String> shards) {
        this.settings = settings;
        this.shards = List.copyOf(shards);
        this.clock = clock;
        this.failures = new FailureText(settings.secrets());
        this.logLimit = new LogLimit(clock, 1);
        this.unknown = new RedisMaster(settings.nodes.get(0), clock, threads, logLimit);
        unknown.openCircuitQuietly("not connected yet");
    }

    // ---- work

    /**
     * Works with the server that has a shard, for as long as {@link RedisSettings#timeout()}.
     *
     * @throws RedisUnavailableException if it cannot be used now, or not in time
     * @throws RedisRefusalException if it refuses this one piece of work
     */
    public <T> T call(String shard, Function<RedisCall, T> work) {
        RedisTopology used = connected();
        RedisMaster master = masterOf(used, shard);
        return run(used, master, shard, master.calls, work);
    }

    /** As {@link #call}, but never opens the circuit breaker: what takes long because of its size is no outage for others. */
    public <T> T administer(String shard, Function<RedisCall, T> work) {
        RedisTopology used = connected();
        RedisMaster master = masterOf(used, shard);
        return run(used, master, shard, master.administration, work);
    }

    /** As {@link #administer(String, Function)}, on a connection to a certain server. */
    public <T> T administer(RedisMaster master, Function<Jedis, T> work) {
        RedisTopology used = connected();
        return run(used, master, "", master.administration, call -> {
            try (Jedis redis = new Jedis(used.connectionTo(master.node))) {
                return work.apply(redis);
            }
        });
    }

    private <T> T run(
            RedisTopology used, RedisMaster master, String shard, Bulkhead bulkhead, Function<RedisCall, T> work) {
        master.requireClosedCircuit();
        RedisCall call = new RedisCall(used.client(), master, shard, Deadline.in(settings.timeout));
        try {
            return bulkhead.call(call.deadline(), () -> withRetry(used, call, work));
        } catch (JedisException e) {
            RedisException told = failures.toException(master, e);
            if (bulkhead == master.calls && FailureText.isOutage(e) && topology == used) {
                master.openCircuit(told.getMessage());
            }
            throw told;
        } catch (ClassCastException | IndexOutOfBoundsException | NumberFormatException e) {
            throw new RedisRefusalException(
                    "Redis answered something unexpected (" + e.getClass().getSimpleName() + ")");
        }
    }

    /** Once more with a new connection if the one from the pool was broken. */
    private static <T> T withRetry(RedisTopology used, RedisCall call, Function<RedisCall, T> work) {
        try {
            return work.apply(call);
        } catch (JedisException e) {
            if (call.deadline().isOver() || !FailureText.isBrokenConnection(e)) {
                throw e;
            }
            used.closeIdleConnectionsTo(call.master().node);
            return work.apply(call);
        }
    }

    // ---- the servers there are

    private RedisTopology connected() {
        if (closed) {
            throw new RedisRefusalException("the store is closed");
        }
        RedisTopology used = topology;
        if (used == null) {
            throw new RedisUnavailableException(unknown.trouble().orElse(""));
        }
        return used;
    }

    RedisMaster masterOf(RedisTopology used, String shard) {
        return masters.computeIfAbsent(used.masterOf(shard), node -> new RedisMaster(node, clock, threads, logLimit));
    }

    List<String> shards() {
        return shards;
    }

    /** The servers, each with the shards that it has; none if nothing is connected. */
    public Map<RedisMaster, List<String>> shardsByMaster() {
        Map<RedisMaster, List<String>> byMaster = new LinkedHashMap<>();
        RedisTopology used = topology;
        if (used != null) {
            for (String shard : shards) {
                byMaster.computeIfAbsent(masterOf(used, shard), master -> new ArrayList<>())
                        .add(shard);
            }
        }
        return byMaster;
    }

    /**
     * Makes sure that all servers can be used.
     *
     * @throws RedisUnavailableException if one cannot
     */
    public void requireAll() {
        connected();
        trouble().ifPresent(cause -> {
            throw new RedisUnavailableException(cause);
        });
    }

    /** Why some server cannot be used now; nothing if all can. */
    public Optional<String> trouble() {
        return topology == null
                ? unknown.trouble()
                : masters.values().stream()
                        .flatMap(master -> master.trouble().stream())
                        .findFirst();
    }

    // ---- what the heartbeat finds out

    /** What is connected now; null if nothing is. */
    @Nullable
    RedisTopology topology() {
        return topology;
    }

    /** Forgets the servers that are masters no more. */
    void retainAll(Set<RedisMaster> present) {
        masters.values().retainAll(present);
    }

    void notConnected(String cause) {
        unknown.openCircuit(cause);
    }

    synchronized void connected(RedisTopology found) {
        if (closed) {
            found.close();
            return;
        }
        masters.values().forEach(RedisMaster::closeCircuit);
        topology = found;
        // Last: until then there is trouble, so that nobody takes it for an answer that there are no servers.
        unknown.closeCircuit();
    }

    synchronized void disconnect(RedisTopology used, String cause) {
        unknown.openCircuitQuietly(cause);
        topology = null;
        used.close();
    }

    public boolean isClosed() {
        return closed;
    }

    /** To be called when the thread of the {@link Heartbeat} has ended. */
    @Override
    public synchronized void close() {
        closed = true;
        RedisTopology used = topology;
        topology = null;
        if (used != null) {
            used.close();
        }
        threads.shutdownNow();
    }
}
