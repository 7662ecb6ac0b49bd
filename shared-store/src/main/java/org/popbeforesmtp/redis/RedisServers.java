// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.redis;

import java.net.SocketTimeoutException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.redis.RedisSettings.Topology;
import org.popbeforesmtp.runtime.LogLimit;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The Redis servers that share the keys among themselves. A call waits for its own server, up to its deadline; the first that
 * fails opens the circuit breaker of that server, and all that follow fail at once, without a wait, until
 * {@link #heartbeat} has found that the server works again.
 */
public final class RedisServers implements AutoCloseable {

    private static final int PERIODS_PER_PROBE = 4;
    private static final int PATIENCE_WITH_SENTINELS = 20;
    private static final Duration PATIENCE_WITH_THREADS = Duration.ofSeconds(1);

    private final RedisSettings settings;
    private final List<Supplier<RedisTopology>> candidates;
    private final List<String> shards;
    private final Consumer<RedisCall> probe;
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
    private int periods;
    private int periodsDown;

    /**
     * Servers that are not connected until {@link #heartbeat}.
     *
     * @param shards what the names of all keys of each begin with, with the hash tag that they have in common
     * @param probe does in one of them what calls will do, and throws if it cannot
     * @throws IllegalArgumentException if a file with keys or certificates cannot be read
     */
    public RedisServers(RedisSettings settings, Clock clock, List<String> shards, Consumer<RedisCall> probe) {
        this.settings = settings;
        this.candidates = RedisTopology.candidates(settings);
        this.shards = List.copyOf(shards);
        this.probe = probe;
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

    private RedisMaster masterOf(RedisTopology used, String shard) {
        return masters.computeIfAbsent(used.masterOf(shard), node -> new RedisMaster(node, clock, threads, logLimit));
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

    // ---- finding out whether they work

    /**
     * Connects if nothing is connected; else makes sure that the servers still do what we need, so that an outage is known
     * before somebody waits for it. To be called four times a second, from one thread.
     */
    public void heartbeat() {
        RedisTopology used = topology;
        if (used == null) {
            connect();
            return;
        }
        periods++;
        try {
            Map<RedisMaster, List<String>> byMaster = shardsByMaster();
            byMaster.forEach((master, some) -> {
                if (periods % PERIODS_PER_PROBE == 0 || master.trouble().isPresent()) {
                    check(used, master, some.get(0));
                }
            });
            masters.values().retainAll(byMaster.keySet());
        } catch (RedisUnavailableException e) {
            disconnect(used, e.getMessage());
            return;
        }
        Optional<String> trouble = trouble();
        periodsDown = trouble.isPresent() ? periodsDown + 1 : 0;
        if (periodsDown > patience()) {
            disconnect(used, trouble.orElse(""));
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
        for (Supplier<RedisTopology> candidate : candidates) {
            RedisTopology found = null;
            String server = "";
            try {
                found = candidate.get();
                RedisMaster master = masterOf(found, shards.get(0));
                server = master + ": ";
                probe(found, master, shards.get(0));
                connected(found);
                return;
            } catch (JedisException | RedisUnavailableException | ClassCastException e) {
                unknown.openCircuit(server + failures.describe(e));
                if (found != null) {
                    found.close();
                }
            }
        }
    }

    private synchronized void connected(RedisTopology found) {
        if (closed) {
            found.close();
            return;
        }
        periodsDown = 0;
        masters.values().forEach(RedisMaster::closeCircuit);
        topology = found;
        // Last: until then there is trouble, so that nobody takes it for an answer that there are no servers.
        unknown.closeCircuit();
    }

    private synchronized void disconnect(RedisTopology used, String cause) {
        unknown.openCircuitQuietly(cause);
        topology = null;
        used.close();
    }

    public boolean isClosed() {
        return closed;
    }

    /** To be called when the thread of {@link #heartbeat} has ended. */
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
