// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.runtime;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Work that a daemon thread repeats, whatever happened the last time. */
public final class PeriodicTask implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(PeriodicTask.class);

    private final ScheduledExecutorService executor;
    private final ScheduledFuture<?> schedule;
    private final Runnable work;

    private PeriodicTask(ScheduledExecutorService executor, ScheduledFuture<?> schedule, Runnable work) {
        this.executor = executor;
        this.schedule = schedule;
        this.work = work;
    }

    /** Starts the work; the period is from the end of one run to the start of the next. */
    public static PeriodicTask every(long period, TimeUnit unit, String threadName, Runnable work) {
        return every(period, period, unit, threadName, work);
    }

    /** As {@link #every}, with the first run at once. */
    public static PeriodicTask atOnceAndEvery(long period, TimeUnit unit, String threadName, Runnable work) {
        return every(0, period, unit, threadName, work);
    }

    private static PeriodicTask every(long first, long period, TimeUnit unit, String threadName, Runnable work) {
        ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, threadName);
            thread.setDaemon(true);
            return thread;
        });
        Runnable safeWork = () -> runSafely(threadName, work);
        return new PeriodicTask(executor, executor.scheduleWithFixedDelay(safeWork, first, period, unit), safeWork);
    }

    /**
     * Runs the work once more, as soon as the thread is free.
     *
     * @return what becomes done when that run is over; at once if the work was stopped
     */
    public CompletableFuture<@Nullable Void> soon() {
        try {
            return CompletableFuture.runAsync(work, executor);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedFuture(null);
        }
    }

    /** Whatever is thrown would end the schedule silently, even a temporary error, such as a lack of memory. */
    private static void runSafely(String threadName, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            LOGGER.warn("{} failed and will try again", threadName, e);
        }
    }

    /** Stops the work and waits up to five seconds for a run that is under way. */
    @Override
    public void close() {
        schedule.cancel(false);
        executor.shutdown();
        try {
            if (!executor.awaitTermination(5, TimeUnit.SECONDS)) {
                executor.shutdownNow();
            }
        } catch (InterruptedException e) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
