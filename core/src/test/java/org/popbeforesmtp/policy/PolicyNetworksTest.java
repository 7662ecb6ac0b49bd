// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.address.NetworkSet;

/** The networks of the settings against a model that compares bit strings. */
class PolicyNetworksTest {

    /** A network as its address bits and how many of them count. */
    record Cidr(ClientAddress address, int length) {

        boolean contains(ClientAddress other) {
            return other.isIpv4() == address.isIpv4()
                    && bits(other).startsWith(bits(address).substring(0, length));
        }

        @Override
        public String toString() {
            return address + "/" + length;
        }

        private static String bits(ClientAddress address) {
            byte[] bytes = address.toBytes();
            String digits = new BigInteger(1, bytes).toString(2);
            return "0".repeat(bytes.length * 8 - digits.length()) + digits;
        }
    }

    @Property
    void admitsShouldAgreeWithTheModel(
            @ForAll("cidrs") List<Cidr> excluded,
            @ForAll("cidrs") List<Cidr> only,
            @ForAll("addresses") ClientAddress address) {
        PolicySettings settings = PolicySettings.builder()
                .excluded(networks(excluded))
                .only(networks(only))
                .build();

        boolean admitted = excluded.stream().noneMatch(cidr -> cidr.contains(address))
                && (only.isEmpty() || only.stream().anyMatch(cidr -> cidr.contains(address)));

        assertThat(settings.admits(address)).isEqualTo(admitted);
    }

    @Property
    void grantAddressShouldKeepTheLeadingBitsOfAnIpv6Address(
            @ForAll("addresses") ClientAddress address, @ForAll("prefixLengths") int length) {
        ClientAddress grantAddress =
                PolicySettings.builder().ipv6PrefixLength(length).build().grantAddress(address);

        if (address.isIpv4()) {
            assertThat(grantAddress).isEqualTo(address);
        } else {
            assertThat(Cidr.bits(grantAddress))
                    .isEqualTo(Cidr.bits(address).substring(0, length) + "0".repeat(128 - length));
        }
    }

    private static NetworkSet networks(List<Cidr> cidrs) {
        return NetworkSet.parse(cidrs.stream().map(Cidr::toString).collect(Collectors.toList()));
    }

    /** Few different bits, so that addresses fall into networks often. */
    @Provide
    Arbitrary<ClientAddress> addresses() {
        return Arbitraries.of(4, 16)
                .flatMap(length -> Arbitraries.oneOf(
                                Arbitraries.of((byte) 0x20, (byte) 0x21, (byte) 0xff), Arbitraries.bytes())
                        .array(byte[].class)
                        .ofSize(length))
                .map(ClientAddress::ofBytes);
    }

    @Provide
    Arbitrary<List<Cidr>> cidrs() {
        return addresses()
                .flatMap(address -> Combinators.combine(
                                Arbitraries.just(address),
                                Arbitraries.integers().between(0, address.toBytes().length * 8))
                        .as(Cidr::new))
                .list()
                .ofMaxSize(5);
    }

    @Provide
    Arbitrary<Integer> prefixLengths() {
        return Arbitraries.integers().between(48, 128);
    }
}
