// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.runtime.MutableClock;
import org.popbeforesmtp.store.Value;
import org.popbeforesmtp.store.ValueKey;
import org.popbeforesmtp.store.memory.MemoryValueStore;

class RecipientQuotaTest {

    private static final String BOB = "bob@example.org";
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final MutableClock clock = new MutableClock();
    private final MemoryValueStore values = new MemoryValueStore(clock);
    private final RecipientQuota quota = new RecipientQuota(values);

    private boolean take(long limit) {
        return quota.take(BOB, limit).untilNext().isZero();
    }

    private long total() {
        return quota.count(BOB, 0).total();
    }

    @Test
    void asManyAsTheLimitShouldBeTakenAndNoMore() {
        for (int i = 1; i <= 3; i++) {
            assertThat(quota.take(BOB, 3).total()).isEqualTo(i);
        }

        assertThat(take(3)).isFalse();
        assertThat(total()).isEqualTo(3);
        assertThat(quota.take("alice@example.org", 3).total()).isOne();
        assertThat(take(4)).isTrue();
    }

    @Test
    void aRecipientShouldCountForAnHourAndForAMinuteMoreAtMost() {
        take(1);

        clock.turn(HOUR);
        assertThat(take(1)).isFalse();
        clock.turn(MINUTE);
        assertThat(take(1)).isTrue();
    }

    @Test
    void aRefusalShouldReportWhenItGoesOn() {
        take(2);
        clock.turn(Duration.ofMinutes(10));
        take(2);
        clock.turn(Duration.ofMinutes(5));

        Duration wait = quota.take(BOB, 2).untilNext();
        assertThat(wait).isEqualTo(Duration.ofMinutes(61 - 15));
        assertThat(quota.count(BOB, 2).untilNext()).isEqualTo(wait);
        clock.turn(wait.minusMillis(1));
        assertThat(take(2)).isFalse();
        clock.turn(Duration.ofMillis(1));
        assertThat(take(2)).isTrue();
        assertThat(quota.take(BOB, 2).untilNext()).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void aLimitThatWasLoweredShouldReportWhenEnoughAreOver() {
        quota.add(BOB, 5);
        clock.turn(Duration.ofMinutes(30));
        quota.add(BOB, 5);

        assertThat(quota.count(BOB, 6).untilNext()).isEqualTo(Duration.ofMinutes(31));
        assertThat(quota.count(BOB, 5).untilNext()).isEqualTo(Duration.ofMinutes(61));
        assertThat(quota.count(BOB, 11).untilNext()).isZero();
    }

    @Test
    void theLatestShouldBeTakenBack() {
        quota.add(BOB, 2);
        clock.turn(Duration.ofMinutes(50));
        quota.add(BOB, 1);

        quota.add(BOB, -2);
        assertThat(total()).isOne();
        clock.turn(Duration.ofMinutes(11));
        assertThat(total()).isZero();
        assertThat(quota.add(BOB, -1).total()).isZero();
        assertThat(values.get(ValueKey.of("quota", BOB))).isEmpty();
    }

    @Test
    void whatNobodyChangesShouldBeForgotten() {
        quota.add(BOB, 1);
        clock.turn(HOUR.plus(MINUTE).plus(MINUTE));

        assertThat(values.list("quota", "")).isEmpty();
    }

    @Test
    void aThousandShouldBeAnAlarmOnceAnHour() {
        assertThat(quota.add(BOB, 999).isAlarming()).isFalse();
        assertThat(quota.add(BOB, 1).isAlarming()).isTrue();
        clock.turn(HOUR.minusMillis(1));
        assertThat(quota.add(BOB, 1000).isAlarming()).isFalse();
        clock.turn(Duration.ofMillis(1));
        assertThat(quota.take(BOB, 5000).isAlarming()).isTrue();
        assertThat(quota.take(BOB, 5000).isAlarming()).isFalse();
        assertThat(quota.count(BOB, 5000).isAlarming()).isFalse();
    }

    @Test
    void aBusyUserShouldNeedLittleRoom() {
        for (int i = 0; i < 600; i++) {
            quota.add(BOB, 1_000_000);
            clock.turn(Duration.ofSeconds(7));
        }

        assertThat(values.get(ValueKey.of("quota", BOB)).map(Value::text).orElse(""))
                .hasSizeBetween(100, 1_300);
    }

    /** Against the times themselves: never more than the limit within any hour, and no refusal a minute after there is room. */
    @Test
    void noHourShouldHaveMoreThanTheLimitAndNoRoomShouldStayUnused() {
        Random random = new Random(42);
        Deque<Long> taken = new ArrayDeque<>();
        for (int i = 0; i < 20_000; i++) {
            clock.turn(Duration.ofMillis(random.nextInt(120_000)));
            long now = clock.millis();
            long inHour =
                    taken.stream().filter(at -> now - at <= HOUR.toMillis()).count();
            long inAMinuteMore = taken.stream()
                    .filter(at -> now - at < HOUR.plus(MINUTE).toMillis())
                    .count();
            if (take(20)) {
                assertThat(inHour).isLessThan(20);
                taken.addLast(now);
            } else {
                assertThat(inAMinuteMore).isGreaterThanOrEqualTo(20);
            }
            while (taken.size() > 50) {
                taken.removeFirst();
            }
        }
    }

    @Test
    void garbageShouldNotBeTakenForACount() {
        values.update(ValueKey.of("quota", BOB), (key, before) -> Optional.of(Value.of("x", Duration.ofMinutes(5))));

        org.assertj.core.api.Assertions.assertThatThrownBy(() -> take(1)).isInstanceOf(IllegalArgumentException.class);
    }
}
