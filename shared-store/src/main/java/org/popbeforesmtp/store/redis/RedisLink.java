// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.store.StoreUnavailableException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The way to the Redis that holds the grants, while there is one. The first call that fails gives it up; then all calls
 * fail at once, without waiting, until the background thread has found a server again that does all that we need.
 */
final class RedisLink implements AutoCloseable {

    private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(1);
    private static final long STABLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final MasterLocator locator;
    private final Connector connector;
    private final Duration timeout;
    private final Trouble troubles;
    private final TroubleLog log = new TroubleLog();
    private final BiConsumer<RedisConnection, Deadline> probe;
    private final Runnable lost;

    private volatile @Nullable Master master;
    private volatile String trouble = "not connected yet";
    private long foundNanos = System.nanoTime();
    private boolean closed;

    private RedisLink(
            MasterLocator locator,
            Connector connector,
            Duration timeout,
            Trouble troubles,
            BiConsumer<RedisConnection, Deadline> probe,
            Runnable lost) {
        this.locator = locator;
        this.connector = connector;
        this.timeout = timeout;
        this.troubles = troubles;
        this.probe = probe;
        this.lost = lost;
    }

    /**
     * A link that is down until {@link #reconnect}.
     *
     * @param probe does on a connection what a call will do later, and throws if it cannot
     * @param lost is told when the link goes down, before any call notices
     */
    static RedisLink of(
            RedisSettings settings, GrantKeys keys, BiConsumer<RedisConnection, Deadline> probe, Runnable lost) {
        Optional<Tls> tls = settings.tls ? Optional.of(Tls.of(settings)) : Optional.empty();
        return new RedisLink(
                MasterLocator.of(settings, tls, keys),
                Connector.toServers(settings, tls),
                settings.timeout,
                new Trouble(settings.secrets()),
                probe,
                lost);
    }

    boolean isUp() {
        return master != null;
    }

    /** Why it is down, or was last; for people. */
    String trouble() {
        return trouble;
    }

    /**
     * Works with a connection to the master.
     *
     * @throws OutageException if there is none
     * @throws StoreUnavailableException if Redis refuses this one call
     */
    <T> T call(Deadline deadline, Function<RedisConnection, T> work) {
        Master used = master;
        if (used == null) {
            throw OutageException.known(trouble);
        }
        try {
            return used.connections.with(deadline, work);
        } catch (OutageException | StoreUnavailableException e) {
            throw e;
        } catch (RuntimeException e) {
            if (!Trouble.isOutage(e)) {
                throw new StoreUnavailableException("Redis refused: " + troubles.describe(e));
            }
            lose(used, e);
            throw OutageException.fresh(troubles.describe(e));
        }
    }

    /** Whether the link had been up for a while before it went down, so that it may be worth an immediate new try. */
    synchronized boolean wasStable() {
        return System.nanoTime() - foundNanos > STABLE_NANOS;
    }

    /** As {@link #call}, but if the way is lost during the call and found again in time, it is tried once more. */
    <T> T callAgain(Deadline deadline, Function<RedisConnection, T> work) {
        try {
            return call(deadline, work);
        } catch (OutageException e) {
            if (!e.isFresh() || !awaitReturn(deadline)) {
                throw e;
            }
            return call(deadline, work);
        }
    }

    private synchronized boolean awaitReturn(Deadline deadline) {
        try {
            while (master == null && !closed && !deadline.isOver()) {
                TimeUnit.MILLISECONDS.timedWait(this, Math.max(1, deadline.remainingMillis()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return master != null && !deadline.isOver();
    }

    /** Looks for a server if there is none. For the background thread. */
    void reconnect() {
        try {
            for (Node node : locator.candidates()) {
                if (tryOut(node)) {
                    return;
                }
            }
        } catch (RuntimeException e) {
            fail(troubles.describe(e));
        }
    }

    private boolean tryOut(Node node) {
        try {
            Connections connections = connector.openAll(node, Deadline.in(CONNECT_PATIENCE));
            try {
                check(connections);
                found(new Master(node, connections));
                return true;
            } catch (RuntimeException e) {
                connections.close();
                throw e;
            }
        } catch (RuntimeException e) {
            fail(node + ": " + troubles.describe(e));
            return false;
        }
    }

    /** Makes sure that the server still does what we need, so that trouble is known before somebody waits for it. */
    void heartbeat() {
        Master used = master;
        if (used == null) {
            return;
        }
        try {
            used.connections.trim();
            check(used.connections);
            if (!locator.isStillMaster(used.node)) {
                lose(used, new JedisException("the sentinels have chosen another master"));
            }
        } catch (RuntimeException e) {
            lose(used, e);
        }
    }

    private void check(Connections connections) {
        Deadline deadline = Deadline.in(timeout);
        connections.with(deadline, connection -> {
            probe.accept(connection, deadline);
            return true;
        });
    }

    private synchronized void found(Master newMaster) {
        if (closed) {
            newMaster.connections.close();
            return;
        }
        master = newMaster;
        foundNanos = System.nanoTime();
        log.over(newMaster.node);
        notifyAll();
    }

    private synchronized void lose(Master used, RuntimeException cause) {
        if (master != used) {
            return;
        }
        lost.run();
        fail(used.node + ": " + troubles.describe(cause));
        master = null;
        used.connections.close();
    }

    private void fail(String newTrouble) {
        trouble = newTrouble;
        log.trouble(newTrouble);
    }

    /** To be called when the background thread has ended. */
    @Override
    public synchronized void close() {
        closed = true;
        locator.close();
        trouble = "the store is closed";
        Master used = master;
        master = null;
        if (used != null) {
            used.connections.close();
        }
        notifyAll();
    }

    private static final class Master {
        final Node node;
        final Connections connections;

        Master(Node node, Connections connections) {
            this.node = node;
            this.connections = connections;
        }
    }
}
