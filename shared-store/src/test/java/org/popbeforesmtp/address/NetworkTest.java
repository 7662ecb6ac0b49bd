// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTest {

    @ParameterizedTest
    @CsvSource({
        "192.0.2.0/24, 192.0.2.0/24",
        "192.0.2.7/24, 192.0.2.0/24",
        "' 192.0.2.0/24 ', 192.0.2.0/24",
        "192.0.2.7, 192.0.2.7",
        "192.0.2.7/32, 192.0.2.7",
        "0.0.0.0/0, 0.0.0.0/0",
        "203.0.113.9/0, 0.0.0.0/0",
        "2001:DB8::/32, 2001:db8::/32",
        "2001:db8:1::1/32, 2001:db8::/32",
        "2001:db8::1, 2001:db8::1",
        "2001:db8::1/128, 2001:db8::1",
        "::/0, ::/0",
        "::ffff:192.0.2.7, 192.0.2.7",
        "::ffff:192.0.2.7/128, 192.0.2.7",
        "::ffff:192.0.2.7/120, 192.0.2.0/24",
        "::ffff:c000:207/120, 192.0.2.0/24",
        "::ffff:0:0/96, 0.0.0.0/0",
        "::ffff:192.0.2.7/96, 0.0.0.0/0",
        "::/96, ::/96"
    })
    void toStringShouldBeCanonical(String text, String canonical) {
        assertThat(Network.parse(text)).hasToString(canonical);
        assertThat(Network.parse(text)).isEqualTo(Network.parse(canonical)).hasSameHashCodeAs(Network.parse(canonical));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "/",
                "/8",
                "/24",
                "localhost",
                "example.org/24",
                "10/8",
                "10.0.0/24",
                "010.0.0.0/8",
                "0x0a.0.0.0/8",
                "10.0.0.0/",
                "10.0.0.0/33",
                "10.0.0.0/-1",
                "10.0.0.0/+8",
                "10.0.0.0/ 8",
                "10.0.0.0 /8",
                "10.0.0.0/8/8",
                "10.0.0.0/255.0.0.0",
                "10.0.0.0/0.255.255.255",
                "10.*",
                "10.0.0.0-10.0.0.255",
                "10.0.0.0-255",
                "*",
                "10.0.0.0/8,11.0.0.0/8",
                "2001:db8::/129",
                "2001:db8::/ffff::",
                "fe80::1%eth0/64",
                "fe80::%eth0",
                "::ffff:10.0.0/104",
                "::ffff:192.0.2.0/24",
                "::ffff:192.0.2.7/95",
                "::ffff:192.0.2.0/129"
            })
    void parseShouldRefuseWhatIsNoNetwork(String text) {
        assertThatThrownBy(() -> Network.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("must be a network such as 192.0.2.0/24 or 2001:db8::/32");
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.0/24, 192.0.2.0, true",
        "192.0.2.0/24, 192.0.2.255, true",
        "192.0.2.0/24, 192.0.3.0, false",
        "192.0.2.0/24, 192.0.1.255, false",
        "192.0.2.0/24, ::ffff:192.0.2.7, true",
        "192.0.2.0/24, ::192.0.2.7, false",
        "192.0.2.7/24, 192.0.2.200, true",
        "192.0.2.0/23, 192.0.3.255, true",
        "192.0.2.7, 192.0.2.7, true",
        "192.0.2.7, 192.0.2.6, false",
        "2001:db8::/32, 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff, true",
        "2001:db8::/32, 2001:db9::, false",
        "fe80::/10, fe80::1%eth0, true",
        "::ffff:192.0.2.0/120, 192.0.2.7, true",
        "0.0.0.0/0, 255.255.255.255, true",
        "0.0.0.0/0, ::1, false",
        "::/0, ::1, true",
        "::/0, ffff::, true",
        "::/0, 192.0.2.1, false",
        "::/64, 192.0.2.1, false",
        "::/64, ::1, true",
        "::ffff:0:0/96, 192.0.2.1, true"
    })
    void containsShouldGoByFamilyAndPrefix(String network, String address, boolean contained) {
        assertThat(Network.parse(network).contains(ClientAddress.parse(address)))
                .isEqualTo(contained);
    }

    @Test
    void equalsShouldTellLengthsAndFamiliesApart() {
        assertThat(Network.parse("10.0.0.0/8")).isNotEqualTo(Network.parse("10.0.0.0/9"));
        assertThat(Network.parse("10.0.0.0/8")).isNotEqualTo(Network.parse("10.0.0.0"));
        assertThat(Network.parse("0.0.0.0/0")).isNotEqualTo(Network.parse("::/0"));
    }
}
