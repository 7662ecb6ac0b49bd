// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.store.StoreUnavailableException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * The way to the Redis that holds the grants, while there is one. The first call that fails gives it up; then all calls
 * fail at once, without waiting, until the background thread has found a server again.
 */
final class RedisLink implements AutoCloseable {

    private static final long STABLE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final MasterFinder finder;
    private final Trouble troubles;
    private final Runnable lost;
    private final TroubleLog log = new TroubleLog();

    private volatile @Nullable Master master;
    private volatile String trouble = "not connected yet";
    private long foundNanos = System.nanoTime();
    private boolean closed;

    /**
     * A link that is down until {@link #lookAfter}.
     *
     * @param lost is told when the link goes down
     */
    RedisLink(MasterFinder finder, Trouble troubles, Runnable lost) {
        this.finder = finder;
        this.troubles = troubles;
        this.lost = lost;
    }

    boolean isUp() {
        return master != null;
    }

    /** Why it is down, or was last; for people. */
    String trouble() {
        return trouble;
    }

    /** Whether the link had been up for a while before it went down, so that it may be worth an immediate new try. */
    synchronized boolean wasStable() {
        return System.nanoTime() - foundNanos > STABLE_NANOS;
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
            return used.connections().with(deadline, work);
        } catch (JedisException e) {
            if (!Trouble.isOutage(e)) {
                throw new StoreUnavailableException("Redis refused: " + troubles.describe(e));
            }
            lose(used, e);
            throw OutageException.fresh(troubles.describe(e));
        } catch (ClassCastException | IndexOutOfBoundsException | NumberFormatException e) {
            throw new StoreUnavailableException("Redis answered something unexpected", e);
        }
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
                wait(Math.max(1, deadline.remainingMillis()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return master != null && !deadline.isOver();
    }

    /**
     * Finds a server if there is none, else makes sure that it still does what we need, so that trouble is known before
     * somebody waits for it. For the background thread.
     */
    void lookAfter() {
        Master used = master;
        try {
            if (used == null) {
                found(finder.find());
            } else {
                finder.checkAgain(used);
            }
        } catch (RuntimeException e) {
            if (used == null) {
                fail(troubles.describe(e));
            } else {
                lose(used, e);
            }
        }
    }

    private synchronized void found(Master newMaster) {
        if (closed) {
            newMaster.close();
            return;
        }
        master = newMaster;
        foundNanos = System.nanoTime();
        log.over(newMaster.node());
        notifyAll();
    }

    private synchronized void lose(Master used, RuntimeException cause) {
        if (master != used) {
            return;
        }
        lost.run();
        fail(used.node() + ": " + troubles.describe(cause));
        master = null;
        used.close();
    }

    private void fail(String newTrouble) {
        trouble = newTrouble;
        log.trouble(newTrouble);
    }

    /** To be called when the background thread has ended. */
    @Override
    public synchronized void close() {
        closed = true;
        finder.close();
        trouble = "the store is closed";
        Master used = master;
        master = null;
        if (used != null) {
            used.close();
        }
        notifyAll();
    }
}
