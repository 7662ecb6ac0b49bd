// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.imap;

import java.time.Clock;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.popbeforesmtp.policy.GrantEvents;
import org.popbeforesmtp.runtime.LogLimit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes grants on a few threads of its own, for callers that must not wait for the store. When the queue is full,
 * writes are dropped and counted: the session's next activity is written instead.
 */
final class GrantWriter implements Executor, AutoCloseable {

    static final int THREADS = 4;
    static final int LONGEST_QUEUE = 10_000;

    private static final Logger LOGGER = LoggerFactory.getLogger(GrantWriter.class);
    private static final long IDLE_SECONDS = 60;
    private static final long CLOSING_SECONDS = 2;

    private final GrantEvents events;
    private final LogLimit drops;
    private final ThreadPoolExecutor workers = new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(LONGEST_QUEUE),
            GrantWriter::thread);

    GrantWriter(GrantEvents events, Clock clock) {
        this.events = events;
        this.drops = new LogLimit(clock, 1);
        workers.allowCoreThreadTimeOut(true);
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "pop-before-smtp-imap-writer");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public void execute(Runnable write) {
        try {
            workers.execute(() -> guarded(write));
        } catch (RejectedExecutionException e) {
            dropped();
        }
    }

    private void guarded(Runnable write) {
        try {
            write.run();
        } catch (Throwable e) {
            events.failed("Recording an IMAP login", e);
        }
    }

    private void dropped() {
        if (!workers.isShutdown() && drops.permits()) {
            LOGGER.warn(
                    "The grant store is too slow for the IMAP sessions: a login or a renewal was not written ({} more),"
                            + " the next command of its session will be",
                    drops.takeSuppressed());
        }
    }

    /** Waits a moment for the queue to empty. */
    @Override
    public void close() {
        workers.shutdown();
        try {
            if (!workers.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS)) {
                LOGGER.warn(
                        "{} IMAP logins and renewals were not written before the end",
                        workers.getQueue().size());
                workers.getQueue().clear();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
