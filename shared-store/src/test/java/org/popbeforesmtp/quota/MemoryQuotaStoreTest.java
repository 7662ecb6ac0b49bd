// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.runtime.MutableClock;

class MemoryQuotaStoreTest implements QuotaStoreContract {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    /** Begins 0.123 seconds after a full minute. */
    private final MutableClock clock = new MutableClock();

    private final MemoryQuotaStore store = new MemoryQuotaStore(clock);

    @Override
    public QuotaStore store() {
        return store;
    }

    @Test
    void anHourLaterOneMoreShouldBeCounted() {
        store.add("bob", 1);
        Duration wait = store.add("bob", 1).untilNext();
        assertThat(wait).isEqualTo(Duration.ofHours(1).minusMillis(123));

        clock.turn(wait.minusMillis(1));
        assertThat(store.add("bob", 1).isCounted()).isFalse();
        assertThat(store.add("bob", 1).untilNext()).isEqualTo(Duration.ofMillis(1));
        clock.turn(Duration.ofMillis(1));
        assertThat(store.add("bob", 1)).isEqualTo(RecipientCount.counted(1));
    }

    @Test
    void theHourShouldSlide() {
        store.add("bob", 9);
        store.add("bob", 9);
        clock.turn(MINUTE.multipliedBy(30));
        store.add("bob", 9);

        assertThat(store.add("bob", 3).untilNext()).isBetween(Duration.ofMinutes(29), Duration.ofMinutes(30));
        assertThat(store.add("bob", 1).untilNext()).isBetween(Duration.ofMinutes(59), Duration.ofMinutes(60));
        clock.turn(MINUTE.multipliedBy(30));
        assertThat(store.add("bob", 3)).isEqualTo(RecipientCount.counted(2));
    }

    @Test
    void whatIsTakenBackShouldBeTheLatest() {
        store.add("bob", 9);
        clock.turn(MINUTE.multipliedBy(30));
        store.add("bob", 9);
        clock.turn(MINUTE.multipliedBy(5));
        store.takeBack("bob");

        clock.turn(MINUTE.multipliedBy(25));
        assertThat(store.add("bob", 9)).isEqualTo(RecipientCount.counted(1));
    }

    @Test
    void usersWhoNameNobodyForAnHourShouldBeForgotten() {
        for (int i = 0; i < 100; i++) {
            store.add("user" + i, 1);
        }
        clock.turn(MINUTE.multipliedBy(61));
        store.add("bob", 1);

        assertThat(store.size()).isEqualTo(1);
    }
}
