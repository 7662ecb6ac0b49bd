// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.address;

import static org.assertj.core.api.Assertions.assertThat;

import inet.ipaddr.IPAddressString;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class ClientAddressPropertiesTest {

    @Provide
    Arbitrary<byte[]> ipv4() {
        return Arbitraries.bytes().array(byte[].class).ofSize(4);
    }

    /** Addresses with many zeros, as they are in practice and where compressing them is difficult. */
    @Provide
    Arbitrary<byte[]> ipv6() {
        return Arbitraries.frequencyOf(
                        net.jqwik.api.Tuple.of(3, Arbitraries.just((short) 0)),
                        net.jqwik.api.Tuple.of(1, Arbitraries.just((short) -1)),
                        net.jqwik.api.Tuple.of(3, Arbitraries.shorts()))
                .array(Short[].class)
                .ofSize(8)
                .map(ClientAddressPropertiesTest::toBytes)
                .filter(bytes -> !ClientAddress.ofBytes(bytes).isIpv4());
    }

    @Provide
    Arbitrary<byte[]> any() {
        return Arbitraries.oneOf(ipv4(), ipv6());
    }

    @Property
    void bytesShouldSurviveARoundTrip(@ForAll("any") byte[] bytes) {
        assertThat(ClientAddress.ofBytes(bytes).toBytes()).isEqualTo(bytes);
    }

    @Property
    void textShouldSurviveARoundTrip(@ForAll("any") byte[] bytes) {
        ClientAddress address = ClientAddress.ofBytes(bytes);

        assertThat(ClientAddress.parse(address.toString())).isEqualTo(address).hasSameHashCodeAs(address);
    }

    @Property
    void parseShouldReadWhatTheJdkWrites(@ForAll("any") byte[] bytes) throws UnknownHostException {
        InetAddress address = InetAddress.getByAddress(bytes);

        assertThat(ClientAddress.parse(address.getHostAddress())).isEqualTo(ClientAddress.of(address));
    }

    @Property
    void mappedAddressesShouldEqualTheirIpv4Address(@ForAll("ipv4") byte[] bytes) {
        byte[] mapped =
                ByteBuffer.allocate(16).putLong(0).putInt(0xFFFF).put(bytes).array();

        assertThat(ClientAddress.ofBytes(mapped)).isEqualTo(ClientAddress.ofBytes(bytes));
    }

    @Property
    void ipv6TextShouldBeAsInRfc5952(@ForAll("ipv6") byte[] bytes) {
        assertThat(ClientAddress.ofBytes(bytes)).hasToString(rfc5952(bytes));
    }

    @Property
    void orderShouldBeThatOfTheSixteenBytes(@ForAll("ipv6") byte[] one, @ForAll("ipv6") byte[] other) {
        int expected = Integer.signum(Arrays.compareUnsigned(one, other));

        assertThat(Integer.signum(ClientAddress.ofBytes(one).compareTo(ClientAddress.ofBytes(other))))
                .isEqualTo(expected);
    }

    @Property
    void networkAddressShouldBeTheFirstOfItsNetwork(
            @ForAll("any") byte[] bytes, @ForAll @IntRange(max = 128) int length) {
        ClientAddress address = ClientAddress.ofBytes(bytes);
        ClientAddress first = address.networkAddress(length);

        assertThat(first).isLessThanOrEqualTo(address);
        assertThat(first.networkAddress(length)).isEqualTo(first);
        if (!address.isIpv4() && !first.isIpv4()) {
            assertThat(Network.parse(first + "/" + length).contains(address)).isTrue();
        }
    }

    private static byte[] toBytes(Short[] groups) {
        ByteBuffer buffer = ByteBuffer.allocate(16);
        for (Short group : groups) {
            buffer.putShort(group);
        }
        return buffer.array();
    }

    /** Section 4: lower case, no leading zeros, the first of the longest runs of two or more zero groups compressed. */
    private static String rfc5952(byte[] bytes) {
        List<String> groups = new ArrayList<>();
        for (ByteBuffer buffer = ByteBuffer.wrap(bytes); buffer.hasRemaining(); ) {
            groups.add(Integer.toHexString(buffer.getShort() & 0xFFFF));
        }
        for (int length = 8; length >= 2; length--) {
            for (int start = 0; start + length <= 8; start++) {
                if (groups.subList(start, start + length).stream().allMatch("0"::equals)) {
                    return String.join(":", groups.subList(0, start)) + "::"
                            + String.join(":", groups.subList(start + length, 8));
                }
            }
        }
        return String.join(":", groups);
    }

    @Provide
    Arbitrary<String> literals() {
        return Arbitraries.oneOf(
                Arbitraries.strings().withChars("0123.").ofMaxLength(15),
                Arbitraries.strings().withChars("0aF:").ofMaxLength(24),
                Arbitraries.of("", "0", "a", "ffff", "00001", ":", "::", "1.2.3.4")
                        .list()
                        .ofMaxSize(10)
                        .map(parts -> String.join(":", parts)));
    }

    /** What is read without the library is an address to the library too, and the same. */
    @Property(tries = 5_000)
    void theShortCutShouldTakeNoOtherLiterals(@ForAll("literals") String text) throws Exception {
        byte[] bytes = CanonicalText.read(text);

        if (bytes != null) {
            assertThat(bytes)
                    .isEqualTo(new IPAddressString(text, Literals.ADDRESS)
                            .toAddress()
                            .getBytes());
        }
    }

    @Property
    void whatWeWriteShouldBeReadByTheShortCut(@ForAll("any") byte[] bytes) {
        assertThat(CanonicalText.read(ClientAddress.ofBytes(bytes).toString())).isEqualTo(bytes);
    }
}
