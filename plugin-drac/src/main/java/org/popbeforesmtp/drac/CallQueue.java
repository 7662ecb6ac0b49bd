// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.runtime.LogLimit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out the calls that may have to wait for a store, on a few threads and with a bounded queue before them.
 *
 * <p>The user of the calling POP3 server cannot log in until the answer is there. So a call that finds the queue full,
 * or that has waited in it for a second, is answered with an error at once, without asking the store.
 */
final class CallQueue implements AutoCloseable {

    private static final int THREADS = 4;
    private static final int LONGEST_QUEUE = 1_000;
    private static final long LONGEST_WAIT_MILLIS = 1_000;

    private static final Logger LOGGER = LoggerFactory.getLogger(CallQueue.class);
    private static final long CLOSING_SECONDS = 2;

    private final DracCalls calls;
    private final Clock clock;
    private final LogLimit troubles;
    private final ThreadPoolExecutor workers = new ThreadPoolExecutor(
            THREADS,
            THREADS,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(LONGEST_QUEUE),
            new DefaultThreadFactory("drac-worker", true));

    CallQueue(DracCalls calls, Clock clock, LogLimit troubles) {
        this.calls = calls;
        this.clock = clock;
        this.troubles = troubles;
    }

    /** Never waits; the answer comes on any thread, once, and must not wait either. */
    void add(ClientAddress granted, ClientAddress caller, Consumer<DracResult> answer) {
        long sinceMillis = clock.millis();
        try {
            workers.execute(() -> answer.accept(result(granted, caller, sinceMillis)));
        } catch (RejectedExecutionException e) {
            answer.accept(tooLate(caller));
        }
    }

    private DracResult result(ClientAddress granted, ClientAddress caller, long sinceMillis) {
        if (workers.isShutdown() || clock.millis() - sinceMillis > LONGEST_WAIT_MILLIS) {
            return tooLate(caller);
        }
        try {
            return calls.add(granted, caller);
        } catch (RuntimeException | Error e) {
            if (troubles.permits()) {
                LOGGER.warn("A DRAC call from {} failed ({} more)", caller, troubles.takeSuppressed(), e);
            }
            return DracResult.SYSTEM_ERROR;
        }
    }

    private DracResult tooLate(ClientAddress caller) {
        if (!workers.isShutdown() && troubles.permits()) {
            LOGGER.warn(
                    "Too many DRAC calls: one from {} was answered with a system error ({} more)",
                    caller,
                    troubles.takeSuppressed());
        }
        return DracResult.SYSTEM_ERROR;
    }

    /**
     * Answers what is in the queue with an error, and waits two seconds for the calls that are under way. It does not
     * interrupt them: a thread that is interrupted in the midst of a file closes the file.
     */
    @Override
    public void close() {
        workers.shutdown();
        List<Runnable> waiting = new ArrayList<>();
        workers.getQueue().drainTo(waiting);
        waiting.forEach(Runnable::run);
        try {
            if (!workers.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS)) {
                LOGGER.warn("A DRAC call still waits for the store");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
