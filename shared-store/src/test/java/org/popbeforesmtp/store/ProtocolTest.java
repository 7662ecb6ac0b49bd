// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProtocolTest {

    @Test
    void ofShouldReturnTheKnownProtocols() {
        assertThat(Protocol.of("pop3")).isSameAs(Protocol.POP3);
        assertThat(Protocol.of("drac")).isSameAs(Protocol.DRAC);
        assertThat(Protocol.of("manual")).isSameAs(Protocol.MANUAL);
    }

    @ParameterizedTest
    @ValueSource(strings = {"imap", "a", "0", "pop3-proxy", "abcdefghijklmnop"})
    void ofShouldTakeAnyShortWord(String name) {
        assertThat(Protocol.of(name))
                .hasToString(name)
                .isEqualTo(Protocol.of(name))
                .hasSameHashCodeAs(Protocol.of(name));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "POP3", "pop 3", "-pop", "pop_3", "pop3\n", "abcdefghijklmnopq", "p\u00f6p"})
    void ofShouldRefuseAnythingElse(String name) {
        assertThatThrownBy(() -> Protocol.of(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("must be 1 to 16 lower-case letters, digits and hyphens");
    }
}
