// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** A few connections to one server, the last used first. Those that lay idle are not trusted and are opened anew. */
final class Connections implements AutoCloseable {

    private static final int MOST = 16;

    /** Shorter than any firewall's or server's patience. */
    private static final long LONGEST_IDLE_NANOS = Duration.ofSeconds(10).toNanos();

    private final Function<Deadline, RedisConnection> opener;
    private final Semaphore permits = new Semaphore(MOST);
    private final ConcurrentLinkedDeque<RedisConnection> idle = new ConcurrentLinkedDeque<>();
    private volatile boolean closed;

    /** One connection, and a way to open more. */
    Connections(RedisConnection first, Function<Deadline, RedisConnection> opener) {
        this.opener = opener;
        idle.add(first);
    }

    /**
     * Works with a connection.
     *
     * @throws JedisConnectionException if none was to be had in time
     */
    <T> T with(Deadline deadline, Function<RedisConnection, T> work) {
        acquire(deadline);
        try {
            RedisConnection connection = take(deadline);
            try {
                return work.apply(connection);
            } finally {
                giveBack(connection);
            }
        } finally {
            permits.release();
        }
    }

    private void acquire(Deadline deadline) {
        try {
            if (permits.tryAcquire() || permits.tryAcquire(deadline.remainingMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new JedisConnectionException("interrupted while waiting for a connection", e);
        }
        throw new JedisConnectionException("all " + MOST + " connections were busy all the time");
    }

    private RedisConnection take(Deadline deadline) {
        RedisConnection connection = idle.pollFirst();
        while (connection != null && connection.idleNanos() > LONGEST_IDLE_NANOS) {
            connection.close();
            connection = idle.pollFirst();
        }
        return connection != null ? connection : opener.apply(deadline);
    }

    private void giveBack(RedisConnection connection) {
        if (!connection.isUsable() || closed) {
            connection.close();
            return;
        }
        idle.addFirst(connection);
        if (closed) {
            close();
        }
    }

    /** Closes the connections that lay idle for long. */
    void trim() {
        RedisConnection oldest = idle.pollLast();
        while (oldest != null && oldest.idleNanos() > LONGEST_IDLE_NANOS) {
            oldest.close();
            oldest = idle.pollLast();
        }
        if (oldest != null) {
            idle.addLast(oldest);
        }
    }

    /** Closes the idle connections now, and the others as they come back. */
    @Override
    public void close() {
        closed = true;
        for (RedisConnection connection = idle.pollFirst(); connection != null; connection = idle.pollFirst()) {
            connection.close();
        }
    }
}
