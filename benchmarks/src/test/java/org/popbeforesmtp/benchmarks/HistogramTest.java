// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistogramTest {

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 15, 16, 17, 31, 32, 1_000, 123_456_789, 10_000_000_000L})
    void atShareShouldBeAtMostASixteenthTooLong(long nanos) {
        Histogram histogram = new Histogram();
        histogram.add(nanos);
        histogram.add(20_000_000_000L);

        assertThat(histogram.atShare(0.5)).isBetween(nanos, nanos + nanos / 16);
    }

    @Test
    void longestShouldBeExact() {
        Histogram histogram = new Histogram();
        for (int nanos = 1; nanos <= 1_000; nanos++) {
            histogram.add(nanos);
        }

        assertThat(histogram.longest()).isEqualTo(1_000);
        assertThat(histogram.atShare(1)).isEqualTo(1_000);
        assertThat(histogram.total()).isEqualTo(1_000);
        assertThat(histogram.atShare(0.9)).isBetween(900L, 960L);
    }
}
