// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.check;

import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressSeqRange;
import inet.ipaddr.IPAddressString;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.StringTokenizer;
import java.util.stream.Collectors;

/**
 * The effect of {@code <authorizedAddresses>}: which addresses may relay without any login. Immutable.
 *
 * <p>Only public addresses count; only a server's own network can reach it from a private or loopback address.
 */
final class AuthorizedAddresses {

    /** As many IPv4 addresses as a /8 has: nobody who runs a mail server has so many customers' addresses. */
    private static final long LARGE = 1L << 24;

    /** Networks that no stranger can come from (RFC 6890). */
    private static final List<IPAddressSeqRange> NOT_PUBLIC = List.of(
            range("0.0.0.0/8"),
            range("10.0.0.0/8"),
            range("100.64.0.0/10"),
            range("127.0.0.0/8"),
            range("169.254.0.0/16"),
            range("172.16.0.0/12"),
            range("192.168.0.0/16"),
            range("224.0.0.0/3"));

    /** All that is handed out of IPv6. */
    private static final IPAddress IPV6_IN_USE = new IPAddressString("2000::/3").getAddress();

    /** No registry hands out a larger network; bytes, because James's masks are bytes. */
    private static final int LARGE_IPV6_MASK = 2;

    private final List<JamesNetwork> networks;

    private AuthorizedAddresses(List<JamesNetwork> networks) {
        this.networks = networks;
    }

    /**
     * Splits the list as James does, at commas and blanks.
     *
     * @throws IllegalArgumentException if James would not start with it; the message says with what
     */
    static AuthorizedAddresses parse(String list) {
        List<JamesNetwork> networks = new ArrayList<>();
        StringTokenizer tokens = new StringTokenizer(list, ", ", false);
        while (tokens.hasMoreTokens()) {
            networks.add(JamesNetwork.parse(tokens.nextToken()));
        }
        return new AuthorizedAddresses(networks);
    }

    private static IPAddressSeqRange range(String cidr) {
        return new IPAddressString(cidr).getAddress().toSequentialRange();
    }

    /** The networks that open the server to strangers; empty if there are none, or if they are small even together. */
    List<String> open() {
        List<JamesNetwork> large = networks.stream().filter(this::isLarge).collect(Collectors.toList());
        if (!large.isEmpty()) {
            return texts(large);
        }
        List<JamesNetwork> ipv4 =
                networks.stream().filter(network -> !network.isIpv6()).collect(Collectors.toList());
        return publicAddresses(ipv4) >= LARGE ? texts(ipv4) : List.of();
    }

    private static List<String> texts(List<JamesNetwork> networks) {
        return networks.stream().map(JamesNetwork::toString).collect(Collectors.toList());
    }

    private boolean isLarge(JamesNetwork network) {
        return network.isIpv6()
                ? network.maskBytes() <= LARGE_IPV6_MASK && network.touches(IPV6_IN_USE)
                : publicAddresses(List.of(network)) >= LARGE;
    }

    /** How many public IPv4 addresses are in some of the networks, each counted once where the masks allow it. */
    private static long publicAddresses(List<JamesNetwork> networks) {
        long count = 0;
        List<IPAddressSeqRange> ranges = new ArrayList<>();
        for (JamesNetwork network : networks) {
            if (network.range().isPresent()) {
                ranges.add(network.range().get());
            } else {
                count += network.size();
            }
        }
        List<IPAddressSeqRange> left = List.of(IPAddressSeqRange.join(ranges.toArray(new IPAddressSeqRange[0])));
        for (IPAddressSeqRange notPublic : NOT_PUBLIC) {
            left = left.stream()
                    .flatMap(range -> java.util.Arrays.stream(range.subtract(notPublic)))
                    .collect(Collectors.toList());
        }
        return count
                + left.stream().mapToLong(range -> range.getCount().longValue()).sum();
    }

    /** Whether a client with this address, an IPv4 or IPv6 literal, may relay without any login. */
    boolean contains(String address) {
        IPAddress ip = new IPAddressString(address.toLowerCase(Locale.ROOT)).getAddress();
        return networks.stream().anyMatch(network -> network.contains(ip));
    }
}
