// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class NetworkSetTest {

    private static boolean contains(NetworkSet networks, String address) {
        return networks.contains(ClientAddress.parse(address));
    }

    @Test
    void anEmptySetShouldContainNothing() {
        NetworkSet networks = NetworkSet.parse(List.of());

        assertThat(networks.isEmpty()).isTrue();
        assertThat(contains(networks, "192.0.2.1")).isFalse();
        assertThat(contains(networks, "::1")).isFalse();
        assertThat(networks).hasToString("");
    }

    @Test
    void containsShouldFindAnAddressInAnyNetworkOfEitherFamily() {
        NetworkSet networks = NetworkSet.parse(List.of("192.0.2.0/24", "2001:db8::/32", "198.51.100.7"));

        assertThat(networks.isEmpty()).isFalse();
        assertThat(contains(networks, "192.0.2.200")).isTrue();
        assertThat(contains(networks, "::ffff:192.0.2.200")).isTrue();
        assertThat(contains(networks, "2001:db8:1::1")).isTrue();
        assertThat(contains(networks, "198.51.100.7")).isTrue();
        assertThat(contains(networks, "198.51.100.8")).isFalse();
        assertThat(contains(networks, "2001:db9::1")).isFalse();
        assertThat(contains(networks, "::192.0.2.200")).isFalse();
    }

    @Test
    void networksMayOverlapAndRepeat() {
        NetworkSet networks =
                NetworkSet.parse(List.of("10.1.2.0/24", "10.0.0.0/8", "10.1.0.0/16", "10.0.0.0/8", "10.1.2.3"));

        assertThat(contains(networks, "10.1.2.3")).isTrue();
        assertThat(contains(networks, "10.255.0.1")).isTrue();
        assertThat(contains(networks, "11.0.0.1")).isFalse();
    }

    @Test
    void bitsBehindThePrefixShouldNotCount() {
        assertThat(contains(NetworkSet.parse(List.of("192.0.2.77/24")), "192.0.2.1"))
                .isTrue();
        assertThat(contains(NetworkSet.parse(List.of("2001:db8::77/32")), "2001:db8:1::"))
                .isTrue();
    }

    @Test
    void allOfIpv4ShouldHoldNoIpv6Address() {
        for (String text : List.of("0.0.0.0/0", "::ffff:0:0/96", "203.0.113.9/0")) {
            NetworkSet networks = NetworkSet.parse(List.of(text));
            assertThat(contains(networks, "0.0.0.0")).isTrue();
            assertThat(contains(networks, "255.255.255.255")).isTrue();
            assertThat(contains(networks, "::ffff:1.2.3.4")).isTrue();
            assertThat(contains(networks, "::1")).isFalse();
        }
    }

    @Test
    void allOfIpv6ShouldHoldNoIpv4Address() {
        NetworkSet networks = NetworkSet.parse(List.of("::/0"));

        assertThat(contains(networks, "::")).isTrue();
        assertThat(contains(networks, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"))
                .isTrue();
        assertThat(contains(networks, "192.0.2.1")).isFalse();
        assertThat(contains(networks, "::ffff:192.0.2.1")).isFalse();
    }

    @Test
    void aMappedNetworkShouldBeTheIpv4Network() {
        NetworkSet networks = NetworkSet.parse(List.of("::ffff:192.0.2.0/120"));

        assertThat(contains(networks, "192.0.2.9")).isTrue();
        assertThat(contains(networks, "192.0.3.9")).isFalse();
        assertThat(networks).hasToString("192.0.2.0/24");
    }

    @Test
    void toStringShouldBeTheListInCanonicalForm() {
        assertThat(NetworkSet.parse(List.of(" 192.0.2.7/24", "2001:DB8:0::/32", "198.51.100.7/32")))
                .hasToString("192.0.2.0/24,2001:db8::/32,198.51.100.7");
    }

    @Test
    void parseShouldNameAllOffenders() {
        assertThatThrownBy(() -> NetworkSet.parse(List.of("10/8", "192.0.2.0/24", "example.org", "")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("must be a comma separated list of networks such as 192.0.2.0/24 or 2001:db8::/32; "
                        + "no network: '10/8', 'example.org', ''");
    }

    @Test
    void parseShouldNameAFewOfManyOffenders() {
        assertThatThrownBy(() -> NetworkSet.parse(List.of("a", "b", "c", "d", "e", "f", "g")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("must ")
                .hasMessageEndingWith("no network: 'a', 'b', 'c', 'd', 'e' and 2 more");
    }

    @Test
    void containsShouldBeFastAmongThousandsOfNetworks() {
        Random random = new Random(1);
        NetworkSet networks = NetworkSet.parse(IntStream.range(0, 20_000)
                .mapToObj(i -> "10." + i / 256 % 256 + "." + i % 256 + ".0/2" + random.nextInt(4, 10))
                .collect(Collectors.toList()));
        List<ClientAddress> addresses = IntStream.range(0, 200_000)
                .mapToObj(i -> ClientAddress.parse("10." + random.nextInt(256) + "." + random.nextInt(256) + ".1"))
                .collect(Collectors.toList());

        // Looking at each network in turn takes minutes.
        long found = assertTimeout(
                Duration.ofSeconds(10),
                () -> addresses.stream().filter(networks::contains).count());

        assertThat(found).isBetween(50_000L, 70_000L);
    }

    @Property
    void containsShouldAgreeWithTheSingleNetworks(
            @ForAll @Size(max = 20) List<@IntRange(max = 0xFFFF) Integer> seeds,
            @ForAll @IntRange(max = 0xFFFF) int address) {
        List<String> texts = seeds.stream().map(NetworkSetTest::network).collect(Collectors.toList());
        ClientAddress client = ClientAddress.parse(address(address));

        assertThat(NetworkSet.parse(texts).contains(client))
                .isEqualTo(texts.stream().anyMatch(text -> Network.parse(text).contains(client)));
    }

    /** Few bits that vary, so that networks and addresses often meet. */
    private static String network(int seed) {
        int length = seed >> 12;
        return seed % 2 == 0 ? address(seed) + "/" + (16 + length) : address(seed) + "/" + (112 + length);
    }

    private static String address(int seed) {
        return seed % 2 == 0 ? "10.0." + (seed >> 8 & 0xF) + "." + (seed & 0xFF) : "::f:" + Integer.toHexString(seed);
    }

    @Test
    void aSetShouldBeWithinAnotherThatHoldsItInParts() {
        NetworkSet whole = NetworkSet.parse(List.of("192.0.2.0/24", "2001:db8::/32"));

        assertThat(whole.isWithin(NetworkSet.parse(List.of("192.0.2.0/25", "192.0.2.128/25", "2001:db8::/31"))))
                .isTrue();
        assertThat(whole.isWithin(NetworkSet.parse(List.of("192.0.2.0/25", "2001:db8::/31"))))
                .isFalse();
        assertThat(whole.isWithin(NetworkSet.ALL)).isTrue();
        assertThat(NetworkSet.ALL.isWithin(NetworkSet.parse(List.of("0.0.0.0/0"))))
                .isFalse();
        assertThat(NetworkSet.ALL.isWithin(NetworkSet.parse(List.of()))).isFalse();
    }
}
