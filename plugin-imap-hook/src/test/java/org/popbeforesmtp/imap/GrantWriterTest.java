// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.imap;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.fakes.RecordedEvents;
import org.popbeforesmtp.fakes.RecordedLog;
import org.popbeforesmtp.runtime.MutableClock;

class GrantWriterTest {

    private final RecordedEvents events = new RecordedEvents();

    @Test
    void executeShouldNeverWaitAndDropWhatFindsTheQueueFull() throws InterruptedException {
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger written = new AtomicInteger();
        int all = GrantWriter.THREADS + GrantWriter.LONGEST_QUEUE;
        try (RecordedLog log = RecordedLog.of("org.popbeforesmtp.imap");
                GrantWriter writer = new GrantWriter(events, new MutableClock())) {
            for (int i = 0; i < all + 10; i++) {
                writer.execute(() -> {
                    try {
                        release.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    written.incrementAndGet();
                });
            }
            assertThat(log.take())
                    .singleElement()
                    .asString()
                    .startsWith("WARN The grant store is too slow for the IMAP sessions");
            release.countDown();
        }

        assertThat(written).hasValue(all);
    }

    @Test
    void failureShouldBeReportedAndEndNothing() {
        AtomicInteger written = new AtomicInteger();
        try (GrantWriter writer = new GrantWriter(events, new MutableClock())) {
            writer.execute(() -> {
                throw new NoClassDefFoundError("gone");
            });
            writer.execute(written::incrementAndGet);
        }

        assertThat(written).hasValue(1);
        assertThat(events.take()).containsExactly("failed Recording an IMAP login");
    }

    @Test
    void closedWriterShouldWriteNothingAndSayNothing() {
        GrantWriter writer = new GrantWriter(events, new MutableClock());
        writer.close();
        try (RecordedLog log = RecordedLog.of("org.popbeforesmtp.imap")) {
            writer.execute(() -> {
                throw new IllegalStateException("too late");
            });

            assertThat(log.take()).isEmpty();
        }
    }
}
