// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAddressTest {

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1",
        "0.0.0.0, 0.0.0.0",
        "255.255.255.255, 255.255.255.255",
        "' 192.0.2.1\t', 192.0.2.1",
        "::, ::",
        "::1, ::1",
        "2001:DB8::1, 2001:db8::1",
        "2001:0db8:0000:0000:0000:0000:0000:0001, 2001:db8::1",
        "2001:db8::1:0:0:1, 2001:db8::1:0:0:1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:db8::1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "1::, 1::",
        "64:ff9b::192.0.2.1, 64:ff9b::c000:201",
        "::192.0.2.1, ::c000:201"
    })
    void toStringShouldBeCanonical(String literal, String canonical) {
        assertThat(ClientAddress.parse(literal)).hasToString(canonical);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "::ffff:192.0.2.1",
                "::FFFF:192.0.2.1",
                "::ffff:c000:201",
                "0:0:0:0:0:ffff:192.0.2.1",
                "0000:0000:0000:0000:0000:ffff:c000:0201",
                "::ffff:192.0.2.1%eth0"
            })
    void parseShouldTakeAnIpv4MappedAddressForTheIpv4Address(String literal) {
        assertThat(ClientAddress.parse(literal)).isEqualTo(ClientAddress.parse("192.0.2.1"));
        assertThat(ClientAddress.parse(literal).isIpv4()).isTrue();
        assertThat(ClientAddress.parse(literal)).hasToString("192.0.2.1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"::192.0.2.1", "::ffff:0:192.0.2.1", "::fffe:192.0.2.1", "1::ffff:192.0.2.1", "2002:c000:201::"})
    void parseShouldNotTakeOtherEmbeddedAddressesForTheIpv4Address(String literal) {
        assertThat(ClientAddress.parse(literal).isIpv4()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"1.0.0.0", "127.0.0.1", "192.0.2.1", "223.255.255.255", "::1", "2001:db8::", "fe80::1", "fd00::1"
            })
    void whatAClientCanHaveShouldBeUnicast(String literal) {
        assertThat(ClientAddress.parse(literal).isUnicast()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "0.255.255.255",
                "224.0.0.0",
                "239.1.2.3",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::2",
                "::192.0.2.1",
                "ff00::",
                "ff02::1",
                "ffff::1",
                "::ffff:0.0.0.0",
                "::ffff:255.255.255.255"
            })
    void whatNoClientCanHaveShouldNotBeUnicast(String literal) {
        assertThat(ClientAddress.parse(literal).isUnicast()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"fe80::1%eth0", "fe80::1%1", "fe80::1%25wlan0.7", "FE80:0::1%br-lan"})
    void parseShouldDropTheZone(String literal) {
        assertThat(ClientAddress.parse(literal)).isEqualTo(ClientAddress.parse("fe80::1"));
        assertThat(ClientAddress.parse(literal)).hasToString("fe80::1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // nothing
                "",
                " ",
                // names
                "localhost",
                "example.org",
                "a",
                "face",
                "dead.beef",
                // other spellings of IPv4
                "0300.0.2.1",
                "192.0.2.01",
                "010.0.0.1",
                "0xc0.0.2.1",
                "0xc0000201",
                "3221225985",
                "192.0.513",
                "127.1",
                "0b1.0.0.1",
                "256.0.0.1",
                "192.0.2.1.1",
                "192.0.2.",
                ".192.0.2.1",
                "192.0.2.-1",
                "192. 0.2.1",
                "\u0661\u0669\u0662.0.2.1",
                // other spellings of IPv6
                ":",
                ":::",
                "1::2::3",
                "1:2:3:4:5:6:7",
                "1:2:3:4:5:6:7:8:9",
                "00001::",
                "12345::",
                "g::",
                "[::1]",
                "::ffff:192.0.513",
                "::ffff:0300.0.2.1",
                "::ffff:0xc0.0.2.1",
                "::ffff:192.0.2.01",
                "::ffff:256.0.2.1",
                "4)+k&C#VzJ4br>0wv%Yp",
                "1234567890abcdef1234567890abcdef",
                // more than an address
                "192.0.2.0/24",
                "192.0.2.1/32",
                "2001:db8::/32",
                "::1/128",
                "192.0.2.1-5",
                "192.0.2.*",
                "192.0.2.1_",
                "*",
                "1::*",
                "1::2-3",
                "192.0.2.0/255.255.255.0",
                "192.0.2.1:25",
                "[::1]:25",
                "192.0.2.1,192.0.2.2",
                "192.0.2.1 192.0.2.2",
                // zones where there are none
                "fe80::1%",
                "192.0.2.1%eth0",
                "%eth0",
                "fe80::1%eth0/64"
            })
    void parseShouldRefuseWhatIsNoAddressLiteral(String text) {
        assertThatThrownBy(() -> ClientAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("must be an IPv4 or IPv6 address");
    }

    @Test
    void ofShouldReadTheAddressOfASocket() throws UnknownHostException {
        assertThat(ClientAddress.of(InetAddress.getByName("192.0.2.1"))).isEqualTo(ClientAddress.parse("192.0.2.1"));
        assertThat(ClientAddress.of(InetAddress.getByName("2001:db8::1")))
                .isEqualTo(ClientAddress.parse("2001:db8::1"));
    }

    @Test
    void ofShouldDropTheZoneOfASocket() throws UnknownHostException {
        byte[] linkLocal = ClientAddress.parse("fe80::1").toBytes();

        assertThat(ClientAddress.of(Inet6Address.getByAddress("", linkLocal, 3)))
                .isEqualTo(ClientAddress.of(Inet6Address.getByAddress("", linkLocal, 4)));
    }

    @Test
    void ofShouldTakeAMappedSocketAddressForTheIpv4Address() throws UnknownHostException {
        byte[] mapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1, (byte) 192, 0, 2, 1};

        assertThat(ClientAddress.of(Inet6Address.getByAddress("", mapped, -1)))
                .isEqualTo(ClientAddress.parse("192.0.2.1"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 5, 15, 17})
    void ofBytesShouldRefuseAnotherLength(int length) {
        assertThatThrownBy(() -> ClientAddress.ofBytes(new byte[length]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("must have 4 or 16 bytes, not " + length);
    }

    @Test
    void ofBytesShouldNotKeepTheCallersArray() {
        byte[] bytes = {(byte) 192, 0, 2, 1};
        ClientAddress address = ClientAddress.ofBytes(bytes);
        bytes[3] = 2;
        address.toBytes()[3] = 3;

        assertThat(address).hasToString("192.0.2.1");
    }

    @ParameterizedTest
    @CsvSource({
        "2001:db8:1:2:3:4:5:6, 64, 2001:db8:1:2::",
        "2001:db8:1:2:3:4:5:6, 56, 2001:db8:1::",
        "2001:db8:1:2ff:3:4:5:6, 56, 2001:db8:1:200::",
        "2001:db8:1:2:ffff:4:5:6, 65, 2001:db8:1:2:8000::",
        "2001:db8:1:2:3:4:5:6, 63, 2001:db8:1:2::",
        "2001:db8:1:3:3:4:5:6, 63, 2001:db8:1:2::",
        "2001:db8:1:2:3:4:5:6, 128, 2001:db8:1:2:3:4:5:6",
        "2001:db8:1:2:3:4:5:7, 127, 2001:db8:1:2:3:4:5:6",
        "ffff::1, 1, 8000::",
        "2001:db8:1:2:3:4:5:6, 0, ::",
        "192.0.2.1, 64, 192.0.2.1",
        "192.0.2.1, 0, 192.0.2.1",
        "::ffff:192.0.2.1, 64, 192.0.2.1"
    })
    void networkAddressShouldClearTheBitsBehindThePrefix(String address, int length, String network) {
        assertThat(ClientAddress.parse(address).networkAddress(length)).hasToString(network);
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 129, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void networkAddressShouldRefuseALengthOutOfRange(int length) {
        assertThatThrownBy(() -> ClientAddress.parse("::1").networkAddress(length))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ClientAddress.parse("192.0.2.1").networkAddress(length))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void compareToShouldOrderByBytesAsUnsignedNumbers() {
        assertThat(Stream.of("ffff::", "255.255.255.255", "10.0.0.2", "::1", "10.0.0.10", "8000::", "2001:db8::")
                        .map(ClientAddress::parse)
                        .sorted()
                        .map(ClientAddress::toString))
                .containsExactly("::1", "10.0.0.2", "10.0.0.10", "255.255.255.255", "2001:db8::", "8000::", "ffff::");
    }
}
