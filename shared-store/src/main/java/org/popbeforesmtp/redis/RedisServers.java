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
import java.util.function.BiConsumer;
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

    /** After so many periods of outage sentinels are asked anew: the library may have missed their announcement. */
    private static final int PATIENCE_WITH_SENTINELS = 20;

    private static final Duration PATIENCE_WITH_THREADS = Duration.ofSeconds(1);

    private final RedisSettings settings;
    private final List<Supplier<RedisTopology>> candidates;
    private final List<String> shards;
    private final BiConsumer<RedisCall, String> probe;
    private final Clock clock;
    private final FailureText failures;
    private final LogLimit logLimit;
    private final ExecutorService threads = Executors.newCachedThreadPool(RedisServers::daemon);
    private final Map<HostAndPort, RedisMaster> masters = new ConcurrentHashMap<>();
    private final RedisMaster unknown;

    private volatile @Nullable RedisTopology topology;
    private boolean closed;
    private int periods;
    private int periodsDown;

    /**
     * Servers that are not connected until {@link #heartbeat}.
     *
     * @param shards one key of each shard
     * @param probe does with one of these keys what calls will do, and throws if it cannot
     * @throws IllegalArgumentException if a file with keys or certificates cannot be read
     */
    public RedisServers(RedisSettings settings, Clock clock, List<String> shards, BiConsumer<RedisCall, String> probe) {
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

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "pop-before-smtp-redis-call");
        thread.setDaemon(true);
        return thread;
    }

    /**
     * Works with the server that has a key.
     *
     * @throws RedisUnavailableException if it cannot be used now, or not in time
     * @throws RedisRefusalException if it refuses this one piece of work
     */
    public <T> T call(String key, Deadline deadline, Function<RedisCall, T> work) {
        RedisTopology used = connected();
        RedisMaster master = masterOf(used, key);
        return run(master, master.calls, deadline, () -> withRetry(used, master, deadline, work), cause -> {
            if (topology == used) {
                master.openCircuit(cause);
            }
        });
    }

    /**
     * Works with the server that has a key for as long as {@link RedisSettings#timeout()}. This never opens the circuit
     * breaker: what takes long because of its size is no outage for others.
     */
    public <T> T administer(String key, Function<RedisCall, T> work) {
        RedisTopology used = connected();
        RedisMaster master = masterOf(used, key);
        Deadline deadline = Deadline.in(settings.timeout);
        return run(master, master.administration, deadline, () -> withRetry(used, master, deadline, work), cause -> {});
    }

    /** As {@link #administer(String, Function)}, on a connection to a certain server. */
    public <T> T administer(RedisMaster master, Function<Jedis, T> work) {
        RedisTopology used = connected();
        Supplier<T> connected = () -> {
            try (Jedis redis = new Jedis(used.connectionTo(master.node))) {
                return work.apply(redis);
            }
        };
        return run(master, master.administration, Deadline.in(settings.timeout), connected, cause -> {});
    }

    private <T> T run(
            RedisMaster master, Bulkhead bulkhead, Deadline deadline, Supplier<T> work, Consumer<String> onOutage) {
        master.requireClosedCircuit();
        try {
            return bulkhead.call(deadline, work);
        } catch (JedisException e) {
            String text = failures.describe(e);
            if (FailureText.isFull(e)) {
                throw RedisUnavailableException.full(master + ": " + text);
            }
            if (FailureText.isOutage(e)) {
                onOutage.accept(master + ": " + text);
                throw RedisUnavailableException.outage(master + ": " + text);
            }
            throw new RedisRefusalException("Redis refused: " + text);
        } catch (ClassCastException | IndexOutOfBoundsException | NumberFormatException e) {
            throw new RedisRefusalException(
                    "Redis answered something unexpected (" + e.getClass().getSimpleName() + ")");
        }
    }

    /** Once more with a new connection if the one from the pool was broken. */
    private static <T> T withRetry(
            RedisTopology used, RedisMaster master, Deadline deadline, Function<RedisCall, T> work) {
        RedisCall call = new RedisCall(used.client(), master, deadline);
        try {
            return work.apply(call);
        } catch (JedisException e) {
            if (deadline.isOver() || !FailureText.isBrokenConnection(e)) {
                throw e;
            }
            used.closeIdleConnectionsTo(master.node);
            return work.apply(call);
        }
    }

    private RedisTopology connected() {
        RedisTopology used = topology;
        if (used == null) {
            throw RedisUnavailableException.outage(unknown.trouble().orElse("the store is closed"));
        }
        return used;
    }

    private RedisMaster masterOf(RedisTopology used, String key) {
        return masters.computeIfAbsent(used.masterOf(key), node -> new RedisMaster(node, clock, threads, logLimit));
    }

    /** The servers, each with the keys of the shards that it has; none if nothing is connected. */
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
        trouble().ifPresent(cause -> {
            throw RedisUnavailableException.outage(cause);
        });
    }

    /** Why some server cannot be used now; nothing if all can. */
    public Optional<String> trouble() {
        if (topology == null) {
            return unknown.trouble();
        }
        return masters.values().stream()
                .flatMap(master -> master.trouble().stream())
                .findFirst();
    }

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
            byMaster.forEach((master, keys) -> {
                if (periods % PERIODS_PER_PROBE == 0 || master.trouble().isPresent()) {
                    check(used, master, keys.get(0));
                }
            });
            masters.values().retainAll(byMaster.keySet());
        } catch (RedisUnavailableException e) {
            disconnect(used, String.valueOf(e.getMessage()));
            return;
        }
        periodsDown = trouble().isPresent() ? periodsDown + 1 : 0;
        if (periodsDown > patience()) {
            disconnect(used, trouble().orElse(""));
        }
    }

    /** For how many periods of an outage we wait for the same servers before we connect anew. */
    private int patience() {
        if (settings.topology == Topology.SENTINEL) {
            return PATIENCE_WITH_SENTINELS;
        }
        return candidates.size() > 1 ? 0 : Integer.MAX_VALUE;
    }

    private void check(RedisTopology used, RedisMaster master, String key) {
        try {
            probe(used, master, key);
            master.closeCircuit();
        } catch (RedisUnavailableException e) {
            // The last probe still hangs, and its cause is known.
            return;
        } catch (JedisException | ClassCastException e) {
            used.closeIdleConnectionsTo(master.node);
            master.openCircuit(master + ": " + failures.describe(e));
        }
    }

    private void probe(RedisTopology used, RedisMaster master, String key) {
        // Nobody waits for a probe: on a busy machine its thread may start late.
        master.probes.call(Deadline.in(settings.timeout.plus(PATIENCE_WITH_THREADS)), () -> {
            Deadline deadline = Deadline.in(settings.timeout);
            RedisCall call = new RedisCall(used.client(), master, deadline);
            call.unlessFull(() -> probe.accept(call, key));
            if (deadline.isOver()) {
                throw new JedisConnectionException(new SocketTimeoutException("no answer in time"));
            }
            return true;
        });
    }

    private void connect() {
        for (Supplier<RedisTopology> candidate : candidates) {
            RedisTopology found = null;
            try {
                found = candidate.get();
                probe(found, masterOf(found, shards.get(0)), shards.get(0));
                connected(found);
                return;
            } catch (JedisException | RedisUnavailableException | ClassCastException e) {
                unknown.openCircuit((found == null ? "" : found.masterOf(shards.get(0)) + ": ") + failures.describe(e));
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
