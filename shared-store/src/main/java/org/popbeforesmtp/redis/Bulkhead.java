// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.redis;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.net.SocketTimeoutException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * Lets so many calls through at once, each on a thread of its own. The caller waits for it up to a deadline and then goes
 * on, whatever the thread hangs in: a name server, a handshake, a server that sends an octet now and then.
 */
final class Bulkhead {

    private final Executor threads;
    private final Semaphore free;

    /**
     * A bulkhead.
     *
     * @param threads starts as many threads as it is asked for
     */
    Bulkhead(Executor threads, int callsAtOnce) {
        this.threads = threads;
        this.free = new Semaphore(callsAtOnce, true);
    }

    /**
     * Lets another thread do some work.
     *
     * @throws JedisConnectionException if the work was not done in time
     * @throws RedisUnavailableException if it could not begin in time, or with too little time left to blame the server
     */
    <T> T call(Deadline deadline, Supplier<T> work) {
        long patience = deadline.remainingNanos();
        boolean isLate = true;
        try {
            if (!free.tryAcquire(patience, NANOSECONDS)) {
                throw RedisUnavailableException.busy();
            }
            isLate = deadline.remainingNanos() < patience / 2;
            return begin(work).get(deadline.remainingNanos(), NANOSECONDS);
        } catch (TimeoutException e) {
            throw isLate
                    ? RedisUnavailableException.busy()
                    : new JedisConnectionException(new SocketTimeoutException("no answer in time"));
        } catch (RejectedExecutionException e) {
            throw RedisUnavailableException.busy();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw RedisUnavailableException.busy();
        } catch (ExecutionException e) {
            throw unwrapped(e);
        }
    }

    private <T> FutureTask<T> begin(Supplier<T> work) {
        FutureTask<T> task = new FutureTask<>(work::get) {
            @Override
            protected void done() {
                free.release();
            }
        };
        try {
            threads.execute(task);
        } catch (RejectedExecutionException | Error e) {
            task.cancel(false);
            throw e;
        }
        return task;
    }

    /** A supplier throws nothing that is checked. */
    private static RuntimeException unwrapped(ExecutionException e) {
        if (e.getCause() instanceof RuntimeException) {
            return (RuntimeException) e.getCause();
        }
        throw (Error) e.getCause();
    }
}
