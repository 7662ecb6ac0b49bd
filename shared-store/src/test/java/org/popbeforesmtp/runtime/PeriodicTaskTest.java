// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.store.CapturedLog;

class PeriodicTaskTest {

    private final AtomicInteger runs = new AtomicInteger();

    @Test
    void theWorkShouldGoOnAfterAnException() {
        assertGoesOnAfter(new IllegalStateException("once"));
    }

    @Test
    void theWorkShouldGoOnAfterAnError() {
        assertGoesOnAfter(new OutOfMemoryError("once"));
    }

    private void assertGoesOnAfter(Throwable failure) {
        try (CapturedLog log = new CapturedLog();
                PeriodicTask background = PeriodicTask.every(1, TimeUnit.MILLISECONDS, "test-work", () -> {
                    if (runs.incrementAndGet() == 1) {
                        sneak(failure);
                    }
                })) {
            await().untilAsserted(() -> assertThat(runs.get()).isGreaterThan(2));
            assertThat(background).isNotNull();
            assertThat(log.lines("WARN")).hasSize(1).first().asString().contains("test-work");
        }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable failure) throws T {
        throw (T) failure;
    }

    @Test
    void theThreadShouldBeADaemonWithANameAndEndWithTheWork() throws Exception {
        CompletableFuture<Thread> worker = new CompletableFuture<>();
        PeriodicTask background = PeriodicTask.every(
                1, TimeUnit.MILLISECONDS, "test-work", () -> worker.complete(Thread.currentThread()));
        Thread thread = worker.get(10, TimeUnit.SECONDS);
        assertThat(thread.isDaemon()).isTrue();
        assertThat(thread.getName()).isEqualTo("test-work");

        background.close();

        await().untilAsserted(() -> assertThat(thread.isAlive()).isFalse());
    }

    @Test
    void closeShouldWaitForTheRunThatIsUnderWay() {
        AtomicInteger finished = new AtomicInteger();
        PeriodicTask background = PeriodicTask.every(1, TimeUnit.MILLISECONDS, "test-work", () -> {
            runs.incrementAndGet();
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(100);
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            finished.incrementAndGet();
        });
        await().untilAsserted(() -> assertThat(runs.get()).isPositive());

        background.close();

        assertThat(finished).hasValue(runs.get());
    }
}
