// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.address;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a {@link NetworkSet} says of whole networks, and which network an address belongs to. */
class NetworkSetOfNetworksTest {

    private final NetworkSet set = NetworkSet.parse(List.of("192.0.2.0/25", "2001:db8::/48", "2001:db8:1::5"));

    @ParameterizedTest
    @CsvSource({
        "192.0.2.0/25, true, true",
        "192.0.2.64/26, true, true",
        "192.0.2.1, true, true",
        "192.0.2.0/24, false, true",
        "192.0.2.128/25, false, false",
        "2001:db8::/64, true, true",
        "2001:db8:1::/64, false, true",
        "2001:db8:1:1::/64, false, false",
        "::/0, false, true",
        "0.0.0.0/0, false, true",
        "::ffff:192.0.2.0/121, true, true",
    })
    void aNetworkShouldBeWhollyOrPartlyInTheSet(String network, boolean wholly, boolean partly) {
        assertThat(set.containsAll(Network.parse(network))).isEqualTo(wholly);
        assertThat(set.intersects(Network.parse(network))).isEqualTo(partly);
    }

    @Test
    void nothingShouldBeInAnEmptySet() {
        NetworkSet empty = NetworkSet.parse(List.of());

        assertThat(empty.containsAll(Network.parse("192.0.2.1"))).isFalse();
        assertThat(empty.intersects(Network.parse("::/0"))).isFalse();
        assertThat(empty.intersects(Network.parse("0.0.0.0/0"))).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "2001:db8::1:2, 64, 2001:db8::/64",
        "2001:db8::1:2, 128, 2001:db8::1:2",
        "192.0.2.1, 64, 192.0.2.1",
        "::ffff:192.0.2.1, 48, 192.0.2.1",
    })
    void anAddressShouldBelongToItsNetwork(String address, int prefixLength, String network) {
        Network actual = Network.of(ClientAddress.parse(address), prefixLength);

        assertThat(actual.toString()).isEqualTo(network);
        assertThat(actual.contains(ClientAddress.parse(address))).isTrue();
    }
}
