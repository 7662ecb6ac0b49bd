// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SteadyClockTest {

    private static final Instant START = Instant.parse("2026-05-04T10:00:00.123Z");

    private final MutableClock wall = new MutableClock(START);
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final SteadyClock clock = SteadyClock.startingAt(wall, nanos::get);

    @Test
    void itShouldStartWithTheWallClock() {
        assertThat(clock.instant()).isEqualTo(START);
        assertThat(clock.millis()).isEqualTo(START.toEpochMilli());
    }

    @Test
    void itShouldGoOnWithWhatHasElapsed() {
        nanos.addAndGet(Duration.ofHours(36).toNanos());

        assertThat(clock.instant()).isEqualTo(START.plus(Duration.ofHours(36)));
    }

    @Test
    void settingTheWallClockShouldChangeNothing() {
        wall.turn(Duration.ofDays(3650));
        assertThat(clock.instant()).isEqualTo(START);

        wall.turn(Duration.ofDays(-7300));
        assertThat(clock.instant()).isEqualTo(START);
    }

    @Test
    void itShouldStandInForEachClockOfTheSystem() {
        assertThat(SteadyClock.inPlaceOf(Clock.systemUTC())).isInstanceOf(SteadyClock.class);
        assertThat(SteadyClock.inPlaceOf(Clock.system(ZoneId.of("Europe/Berlin"))))
                .isInstanceOf(SteadyClock.class);
        assertThat(SteadyClock.inPlaceOf(Clock.systemUTC()).instant())
                .isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
    }

    @Test
    void itShouldLeaveAClockThatATestTurnsAlone() {
        assertThat(SteadyClock.inPlaceOf(wall)).isSameAs(wall);
        assertThat(SteadyClock.inPlaceOf(clock)).isSameAs(clock);
    }
}
