// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.runtime.MutableClock;
import org.popbeforesmtp.store.Protocol;

class MemoryUsageStoreTest implements UsageStoreContract {

    private final MutableClock clock = new MutableClock();
    private final MemoryUsageStore store = new MemoryUsageStore(clock, RETENTION, 3);

    @Override
    public UsageStore store() {
        return store;
    }

    @Override
    public Instant now() {
        return clock.instant();
    }

    private void use(String user, long number) {
        Usage one = Usage.ofMessage(now(), 1, CLIENT, Protocol.POP3, true);
        store.add(UsageBatch.of("node", number, Map.of(UserDay.at(now(), user), one), Map.of(user, now())));
    }

    @Test
    void theOldestShouldMakeRoomAndBeCounted() {
        for (int day = 1; day <= 5; day++) {
            clock.turn(Duration.ofDays(1));
            use("user" + day, day);
        }

        assertThat(store.report(LocalDate.EPOCH).users())
                .extracting(UserUsage::user)
                .containsExactly("user5", "user4", "user3");
        assertThat(store.lastAuth("user2")).isEmpty();
        assertThat(store.evictions()).isEqualTo(4);
    }

    @Test
    void aUserShouldBeForgottenWhenTheRetentionIsOverThoughNothingIsAdded() {
        use("bob", 1);

        clock.turn(RETENTION.plusDays(1));

        assertThat(store.report(LocalDate.EPOCH).users()).isEmpty();
        assertThat(store.lastAuth("bob")).isEmpty();
    }
}
