// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.store.Protocol;

class ProtocolNumbersTest {

    private final ProtocolNumbers numbers = new ProtocolNumbers();

    @Test
    void eachProtocolShouldKeepItsNumber() {
        int pop3 = numbers.of(Protocol.POP3);
        int imap = numbers.of(Protocol.of("imap"));

        assertThat(imap).isNotEqualTo(pop3);
        assertThat(numbers.of(Protocol.of("imap"))).isEqualTo(imap);
        assertThat(numbers.get(pop3)).isEqualTo(Protocol.POP3);
        assertThat(numbers.get(imap)).isEqualTo(Protocol.of("imap"));
    }

    @Test
    void thereShouldBeABound() {
        assertThat(IntStream.range(0, 256).map(i -> numbers.of(Protocol.of("p" + i))))
                .doesNotHaveDuplicates()
                .allMatch(number -> number < 1 << ProtocolNumbers.BITS);

        assertThatThrownBy(() -> numbers.of(Protocol.POP3))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("256");
        assertThat(numbers.get(numbers.of(Protocol.of("p255")))).isEqualTo(Protocol.of("p255"));
    }
}
