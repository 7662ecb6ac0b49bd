// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    /** So neither the one that was found nor its place in the list can be told from the time; each has the same length, too. */
    @ParameterizedTest
    @ValueSource(strings = {OLD, NEW, "", "0", "0123456789abcdef0123456789abcdee"})
    void aTextShouldBeComparedWithEachTokenWhateverIsFound(String text) {
        List<Integer> lengths = new ArrayList<>();

        boolean found = Tokens.parse(OLD + "," + NEW).contains(text, (known, hash) -> {
            lengths.add(known.length);
            lengths.add(hash.length);
            return MessageDigest.isEqual(known, hash);
        });

        assertThat(found).isEqualTo(text.equals(OLD) || text.equals(NEW));
        assertThat(lengths).containsExactly(32, 32, 32, 32);
    }

    @Test
    void aTokenShouldNeverBeShown() {
        assertThat(Tokens.parse(OLD)).asString().isEqualTo("1 tokens");
        assertThatThrownBy(() -> PopBeforeSmtpConfiguration.of(Map.of("manual.token", "too-short")))
                .hasMessageContaining("manual.token was '***'")
                .hasMessageNotContaining("too-short");
    }
}
