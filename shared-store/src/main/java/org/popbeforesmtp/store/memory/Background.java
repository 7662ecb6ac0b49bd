// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A piece of work that one daemon thread does again and again, whatever happened the last time. */
public final class Background implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(Background.class);

    private final ScheduledExecutorService executor;
    private final ScheduledFuture<?> schedule;

    private Background(ScheduledExecutorService executor, ScheduledFuture<?> schedule) {
        this.executor = executor;
        this.schedule = schedule;
    }

    /** Starts the work; the period is from the end of one run to the start of the next. */
    public static Background every(long period, TimeUnit unit, String threadName, Runnable work) {
        ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, threadName);
            thread.setDaemon(true);
            return thread;
        });
        return new Background(
                executor, executor.scheduleWithFixedDelay(() -> runSafely(threadName, work), period, period, unit));
    }

    /** An exception would end the schedule silently. */
    private static void runSafely(String threadName, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
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
