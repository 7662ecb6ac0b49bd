// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Protocol;

class UsageTest {

    private static final Instant AT = Instant.parse("2027-01-02T03:04:05Z");

    private static Usage from(int client, Protocol protocol, boolean encrypted, Instant at) {
        return Usage.ofMessage(at, client, ClientAddress.parse("192.0.2." + client), protocol, encrypted);
    }

    @Test
    void plusShouldBeTheSameInEveryOrder() {
        Usage one = from(1, Protocol.POP3, true, AT);
        Usage two = from(2, Protocol.POP3, false, AT);
        Usage three = from(3, Protocol.DRAC, false, AT.minusSeconds(1));

        assertThat(one.plus(two)).isEqualTo(two.plus(one));
        assertThat(one.plus(two).plus(three))
                .isEqualTo(three.plus(one).plus(two))
                .isEqualTo(two.plus(three.plus(one)));
        assertThat(one.plus(two).plus(three).recipients()).isEqualTo(6);
        assertThat(one.plus(two).plus(three).first()).isEqualTo(AT.minusSeconds(1));
        assertThat(one.plus(three).protocol()).isEqualTo(Protocol.POP3);
    }

    @Test
    void addressesShouldBeBoundedAndTheSameInEveryOrder() {
        Usage up = IntStream.rangeClosed(1, 40)
                .mapToObj(client -> from(client, Protocol.POP3, true, AT))
                .reduce(Usage::plus)
                .orElseThrow();
        Usage down = IntStream.rangeClosed(1, 40)
                .mapToObj(client -> from(41 - client, Protocol.POP3, true, AT))
                .reduce(Usage::plus)
                .orElseThrow();

        assertThat(up.addresses()).hasSize(Usage.ADDRESSES_KEPT);
        assertThat(up).isEqualTo(down);
    }

    @Test
    void whatCannotHaveBeenCountedShouldBeRefused() {
        assertThatThrownBy(() -> Usage.of(0, 1, AT, AT, Set.of(), Protocol.POP3, true))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Usage.of(1, 1, AT, AT.minusMillis(1), Set.of(), Protocol.POP3, true))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
