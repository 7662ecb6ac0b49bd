// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.runtime.LogLimit;
import org.popbeforesmtp.runtime.MutableClock;

class CallQueueTest {

    private static final int THREADS = 4;
    private static final int LONGEST_QUEUE = 1_000;
    private static final ClientAddress GRANTED = ClientAddress.parse("192.0.2.17");
    private static final ClientAddress CALLER = ClientAddress.parse("198.51.100.25");

    private final MutableClock clock = new MutableClock();
    private final CompletableFuture<DracResult> storeAnswer = new CompletableFuture<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final Queue<DracResult> answers = new ConcurrentLinkedQueue<>();
    private final CallQueue queue = new CallQueue(
            (granted, caller) -> {
                asked.incrementAndGet();
                return storeAnswer.join();
            },
            clock,
            new LogLimit(clock, 1));

    @AfterEach
    void tearDown() {
        storeAnswer.complete(DracResult.SUCCESS);
        queue.close();
    }

    private void add() {
        queue.add(GRANTED, CALLER, answers::add);
    }

    private void occupyAllThreads() {
        for (int i = 0; i < THREADS; i++) {
            add();
        }
        await().until(() -> asked.get() == THREADS);
    }

    @Test
    void addShouldAnswerAtOnceWhenTheQueueIsFull() {
        occupyAllThreads();
        for (int i = 0; i < LONGEST_QUEUE; i++) {
            add();
        }
        assertThat(answers).isEmpty();

        add();

        assertThat(answers).containsExactly(DracResult.SYSTEM_ERROR);
        storeAnswer.complete(DracResult.SUCCESS);
        await().until(() -> answers.size() == THREADS + LONGEST_QUEUE + 1);
        assertThat(answers).containsOnlyOnce(DracResult.SYSTEM_ERROR);
    }

    @Test
    void aCallThatHasWaitedTooLongShouldNotReachTheStore() {
        occupyAllThreads();
        add();
        clock.turn(Duration.ofMillis(1_001));

        storeAnswer.complete(DracResult.SUCCESS);

        await().until(() -> answers.size() == THREADS + 1);
        assertThat(answers).containsOnlyOnce(DracResult.SYSTEM_ERROR);
        assertThat(asked).hasValue(THREADS);
    }

    @Test
    void aCallThatHasWaitedForASecondShouldReachTheStore() {
        occupyAllThreads();
        add();
        clock.turn(Duration.ofSeconds(1));

        storeAnswer.complete(DracResult.SUCCESS);

        await().until(() -> answers.size() == THREADS + 1);
        assertThat(answers).containsOnly(DracResult.SUCCESS);
    }

    @Test
    void closeShouldAnswerWhatWaitsAndLetFinishWhatIsUnderWay() {
        occupyAllThreads();
        add();
        Thread closing = new Thread(queue::close);
        closing.start();
        await().until(() -> answers.contains(DracResult.SYSTEM_ERROR));

        storeAnswer.complete(DracResult.SUCCESS);

        await().until(() -> !closing.isAlive());
        assertThat(answers).hasSize(THREADS + 1).containsOnlyOnce(DracResult.SYSTEM_ERROR);
    }

    @Test
    void anExceptionShouldBeASystemError() {
        try (CallQueue failing = new CallQueue(
                (granted, caller) -> {
                    throw new IllegalStateException("the store is broken");
                },
                clock,
                new LogLimit(clock, 1))) {
            failing.add(GRANTED, CALLER, answers::add);

            await().until(() -> !answers.isEmpty());
            assertThat(answers).containsExactly(DracResult.SYSTEM_ERROR);
        }
    }
}
