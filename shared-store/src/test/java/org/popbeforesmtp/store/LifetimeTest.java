// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LifetimeTest {

    @ParameterizedTest
    @CsvSource({"15m, PT15M", "1s, PT1S", "1000ms, PT1S", "1500ms, PT1.5S", "24h, PT24H", "1d, PT24H", "90 s, PT90S"})
    void parseShouldReadANumberWithAUnit(String text, Duration duration) {
        assertThat(Lifetime.parse(text).toDuration()).isEqualTo(duration);
        assertThat(Lifetime.parse(text)).isEqualTo(Lifetime.of(duration)).hasSameHashCodeAs(Lifetime.of(duration));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "15",
                "m",
                "0s",
                "999ms",
                "86400001ms",
                "25h",
                "2d",
                "-15m",
                "1.5h",
                "15M",
                "15min",
                "PT15M",
                "15m5s",
                "999999999d",
                "9999999999s"
            })
    void parseShouldRefuseWhatIsNoLifetime(String text) {
        assertThatThrownBy(() -> Lifetime.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("must be a number with a unit (ms, s, m, h, d) from 1s to 24h, such as 15m");
    }

    @Test
    void ofShouldRefuseWhatIsOutOfRange() {
        assertThatThrownBy(() -> Lifetime.of(Duration.ofSeconds(1).minusNanos(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Lifetime.of(Duration.ofHours(24).plusNanos(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void ofShouldCountWholeMilliseconds() {
        assertThat(Lifetime.of(Duration.ofSeconds(2).minusNanos(1)).toDuration())
                .isEqualTo(Duration.ofMillis(1999));
    }

    @Test
    void endAfterShouldAddTheLifetime() {
        assertThat(Lifetime.parse("1500ms").endAfter(Instant.parse("2026-05-04T10:00:00.250Z")))
                .isEqualTo("2026-05-04T10:00:01.750Z");
    }

    @ParameterizedTest
    @CsvSource({
        "15m, 15 minutes",
        "1m, 1 minute",
        "60s, 1 minute",
        "90s, 90 seconds",
        "1s, 1 second",
        "1500ms, 1500 milliseconds",
        "1h, 1 hour",
        "1d, 24 hours",
        "90m, 90 minutes"
    })
    void toStringShouldBeInWords(String text, String words) {
        assertThat(Lifetime.parse(text)).hasToString(words);
    }
}
