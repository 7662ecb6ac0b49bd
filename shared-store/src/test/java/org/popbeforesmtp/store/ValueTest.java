// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValueTest {

    @Test
    void aKeyShouldBeReadableFromItsText() {
        ValueKey key = ValueKey.of("usage", "a:b c");

        assertThat(key).hasToString("usage:a:b c");
        assertThat(ValueKey.parse("usage:a:b c")).isEqualTo(key).isNotEqualTo(ValueKey.of("auth", "a:b c"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "usage", "usage:", ":bob", "Usage:bob", "us*ge:bob", "2usage:bob"})
    void whatIsNoKeyShouldBeRefused(String text) {
        assertThatThrownBy(() -> ValueKey.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void namesAndTextsShouldBeSmall() {
        assertThatThrownBy(() -> ValueKey.of("usage", "x".repeat(1_001))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Value.of("x".repeat(Value.LONGEST_TEXT + 1), Duration.ofDays(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT0.0009S", "P40000D"})
    void eachValueShouldHaveAnEnd(String time) {
        assertThatThrownBy(() -> Value.of("x", Duration.parse(time))).isInstanceOf(IllegalArgumentException.class);
    }
}
