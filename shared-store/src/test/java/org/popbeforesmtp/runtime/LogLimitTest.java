// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LogLimitTest {

    private final MutableClock clock = new MutableClock(Instant.parse("2026-05-04T10:00:00.900Z"));
    private final LogLimit limit = new LogLimit(clock, 3);

    @Test
    void permitsShouldLetSoManyLinesThroughInASecond() {
        assertThat(permitted(10)).isEqualTo(3);

        clock.turn(Duration.ofMillis(99));
        assertThat(permitted(10)).isZero();
        clock.turn(Duration.ofMillis(1));
        assertThat(permitted(10)).isEqualTo(3);
        clock.turn(Duration.ofHours(1));
        assertThat(permitted(2)).isEqualTo(2);
    }

    @Test
    void permitsShouldGoOnIfTheClockIsTurnedBack() {
        permitted(10);

        clock.turn(Duration.ofDays(-1));

        assertThat(permitted(10)).isEqualTo(3);
    }

    @Test
    void takeSuppressedShouldCountWhatWasLeftOutSinceTheLastTime() {
        assertThat(limit.takeSuppressed()).isZero();
        permitted(10);
        assertThat(limit.takeSuppressed()).isEqualTo(7);
        assertThat(limit.takeSuppressed()).isZero();

        clock.turn(Duration.ofSeconds(1));
        permitted(4);
        assertThat(limit.takeSuppressed()).isOne();
    }

    @Test
    void permitsShouldHoldForManyThreads() {
        long permitted = IntStream.range(0, 10_000)
                .parallel()
                .filter(i -> limit.permits())
                .count();

        assertThat(permitted).isEqualTo(3);
        assertThat(limit.takeSuppressed()).isEqualTo(9_997);
    }

    private long permitted(int lines) {
        return IntStream.range(0, lines).filter(i -> limit.permits()).count();
    }
}
