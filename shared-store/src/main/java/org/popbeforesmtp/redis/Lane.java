// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.redis;

import java.net.SocketTimeoutException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * A bulkhead: a few threads that do the waiting. A caller waits for one of them up to a deadline and then goes on, whatever
 * the thread hangs in: a name server, a handshake, a server that sends an octet now and then.
 */
final class Lane implements AutoCloseable {

    private static final int LONGEST_QUEUE = 1000;
    private static final long IDLE_SECONDS = 10;

    private final ThreadPoolExecutor threads;

    Lane(String threadName, int size) {
        this.threads = new ThreadPoolExecutor(
                size, size, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(LONGEST_QUEUE), task -> {
                    Thread thread = new Thread(task, threadName);
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
    }

    /**
     * Lets a thread of the lane do some work.
     *
     * @throws JedisConnectionException if the work was not done in time
     * @throws RedisUnavailableException if no thread was free in time
     */
    <T> T call(Deadline deadline, Supplier<T> work) {
        Call<T> call = new Call<>(work);
        try {
            threads.execute(call);
            return call.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            threads.remove(call);
            call.cancel(true);
            if (call.begun) {
                throw new JedisConnectionException(new SocketTimeoutException("no answer in time"));
            }
            throw RedisUnavailableException.busy();
        } catch (RejectedExecutionException e) {
            throw RedisUnavailableException.busy();
        } catch (InterruptedException e) {
            call.cancel(true);
            Thread.currentThread().interrupt();
            throw RedisUnavailableException.busy();
        } catch (ExecutionException e) {
            throw unwrapped(e);
        }
    }

    private static RuntimeException unwrapped(ExecutionException e) {
        Throwable cause = e.getCause();
        if (cause instanceof Error) {
            throw (Error) cause;
        }
        return cause instanceof RuntimeException ? (RuntimeException) cause : new IllegalStateException(cause);
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    private static final class Call<T> extends FutureTask<T> {

        private volatile boolean begun;

        Call(Supplier<T> work) {
            super(work::get);
        }

        @Override
        public void run() {
            begun = true;
            super.run();
        }
    }
}
