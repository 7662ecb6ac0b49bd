// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.runtime.MutableClock;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;
import org.popbeforesmtp.store.StoreLimits;

/** A day of a site of some thousand users, by a clock that runs faster: nothing grows from one hour to the next. */
class BusyDayTest {

    private static final Lifetime LIFETIME = Lifetime.parse("15m");
    private static final ClientAddress NOBODY = ClientAddress.parse("192.0.2.1");
    private static final Duration STEP = Duration.ofMinutes(10);
    private static final int STEPS_AN_HOUR = 6;
    private static final int LOGINS_A_STEP = 500;
    private static final int ADDRESSES = 12_500;

    private final MutableClock clock = new MutableClock();
    private int logins;

    @Test
    void heapFileAndThreadsShouldStayAsTheyAreAfterTheFirstHours(@TempDir Path directory) throws IOException {
        Path path = directory.resolve("grants.mv.db");
        try (FileGrantStore store =
                FileGrantStore.open(path, clock, StoreLimits.of(1_000_000, () -> StoreLimits.MANY_USERS))) {
            work(store, 4);
            long file = Files.size(path);
            long heap = usedHeap();
            int threads = Thread.activeCount();

            work(store, 20);

            assertThat(Files.size(path)).as("size of the file").isLessThan(2 * file);
            assertThat(usedHeap() - heap).as("growth of the heap").isLessThan(4_000_000);
            assertThat(Thread.activeCount()).as("threads").isLessThanOrEqualTo(threads);
            assertThat(store.status().grants()).isLessThanOrEqualTo(3 * LOGINS_A_STEP);
        }
    }

    private void work(FileGrantStore store, int hours) {
        for (int step = 0; step < hours * STEPS_AN_HOUR; step++) {
            for (int i = 0; i < LOGINS_A_STEP; i++) {
                store.record(nextLogin(), LIFETIME);
            }
            clock.turn(STEP);
            // Waits until the writer has swept and written.
            store.revoke(NOBODY);
        }
    }

    private Login nextLogin() {
        logins++;
        int number = logins % ADDRESSES;
        ClientAddress client = ClientAddress.parse("10.0." + number / 256 + "." + number % 256);
        return Login.of(client, "user" + number + "@example.org", Protocol.POP3, true);
    }

    private static long usedHeap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
