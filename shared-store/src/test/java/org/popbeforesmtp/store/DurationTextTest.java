// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {

    @ParameterizedTest
    @CsvSource({
        "250ms, PT0.25S",
        "15s, PT15S",
        "15m, PT15M",
        "2h, PT2H",
        "90d, P90D",
        "15 m, PT15M",
        "' 15m ', PT15M",
        "0s, PT0S",
        "007m, PT7M",
        "999999999d, PT23999999976H"
    })
    void parseShouldReadANumberAndAUnit(String text, Duration duration) {
        assertThat(DurationText.parse(text)).contains(duration);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "15",
                "m",
                "m15",
                "-1s",
                "+1s",
                "1.5s",
                "1,5s",
                "15S",
                "15 M",
                "15  m",
                "1w",
                "1y",
                "1h30m",
                "PT1S",
                "1000000000s",
                "\u0661\u0665m",
                "15m\u0000x",
                "15m # quarter"
            })
    void parseShouldReturnNothingForAnythingElse(String text) {
        assertThat(DurationText.parse(text)).isEmpty();
    }

    @Test
    void inWordsShouldUseTheLargestWholeUnit() {
        assertThat(DurationText.inWords(Duration.ofMinutes(15))).isEqualTo("15 minutes");
        assertThat(DurationText.inWords(Duration.ofMinutes(1))).isEqualTo("1 minute");
        assertThat(DurationText.inWords(Duration.ofHours(1))).isEqualTo("1 hour");
        assertThat(DurationText.inWords(Duration.ofDays(2))).isEqualTo("48 hours");
        assertThat(DurationText.inWords(Duration.ofSeconds(61))).isEqualTo("61 seconds");
        assertThat(DurationText.inWords(Duration.ofMillis(250))).isEqualTo("250 milliseconds");
    }

    @Property
    void inWordsShouldTellDurationsApart(@ForAll @IntRange(min = 1) int one, @ForAll @IntRange(min = 1) int other) {
        assertThat(DurationText.inWords(Duration.ofMillis(one)).equals(DurationText.inWords(Duration.ofMillis(other))))
                .isEqualTo(one == other);
    }
}
