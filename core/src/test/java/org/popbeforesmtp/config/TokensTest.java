// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class TokensTest {

    private static final String OLD = "0123456789abcdef0123456789abcdef";
    private static final String NEW = "fedcba9876543210fedcba9876543210";

    @Test
    void noTokenShouldLetNobodyIn() {
        assertThat(Tokens.parse("").isEmpty()).isTrue();
        assertThat(Tokens.parse("").contains("")).isFalse();
    }

    @Test
    void eachTokenShouldDoAndNothingElse() {
        Tokens tokens = Tokens.parse(OLD + ", " + NEW);

        assertThat(tokens.contains(OLD)).isTrue();
        assertThat(tokens.contains(NEW)).isTrue();
        assertThat(tokens.contains(OLD + "," + NEW)).isFalse();
        assertThat(tokens.contains(OLD.toUpperCase(java.util.Locale.ROOT))).isFalse();
        assertThat(tokens.contains(OLD.substring(1))).isFalse();
        assertThat(tokens.contains("")).isFalse();
    }

    @Test
    void aTokenShouldNeverBeShown() {
        assertThat(Tokens.parse(OLD)).asString().isEqualTo("1 tokens");
        assertThatThrownBy(() -> PopBeforeSmtpConfiguration.of(Map.of("manual.token", "too-short")))
                .hasMessageContaining("manual.token was '***'")
                .hasMessageNotContaining("too-short");
    }
}
