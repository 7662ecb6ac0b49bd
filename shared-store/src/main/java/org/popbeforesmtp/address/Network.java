// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.address;

import inet.ipaddr.AddressStringException;
import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import inet.ipaddr.IncompatibleAddressException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A network in CIDR notation (RFC 4632), {@code 192.0.2.0/24} or {@code 2001:db8::/32}; a bare address is the network
 * of that address alone. Bits after the prefix are ignored, as in {@code 192.0.2.7/24}. A network within
 * {@code ::ffff:0:0/96} is the IPv4 network, as such an address is the IPv4 address.
 */
public final class Network {

    private static final String RULE = "must be a network such as 192.0.2.0/24 or 2001:db8::/32";
    private static final int MAPPED_BITS = 96;

    private final IPAddress block;

    private Network(IPAddress block) {
        this.block = block;
    }

    /**
     * Reads a network; white space around it does not count.
     *
     * @throws IllegalArgumentException if the text is neither a network nor an address
     */
    public static Network parse(String cidr) {
        try {
            return new Network(canonical(unmapped(new IPAddressString(cidr, Literals.NETWORK).toAddress())));
        } catch (AddressStringException | IncompatibleAddressException e) {
            throw new IllegalArgumentException(RULE, e);
        }
    }

    /** The network of an IPv6 address, with so many leading bits; an IPv4 address is its own network. */
    public static Network of(ClientAddress address, int ipv6PrefixLength) {
        IPAddress ip = address.networkAddress(ipv6PrefixLength).toIpAddress();
        return new Network(canonical(ip.isIPv4() ? ip : ip.setPrefixLength(ipv6PrefixLength, false)));
    }

    /** Without host bits, and a single address without its length, so that equal networks read the same. */
    private static IPAddress canonical(IPAddress address) {
        Integer length = address.getNetworkPrefixLength();
        return length == null || length == address.getBitCount()
                ? address.withoutPrefixLength()
                : address.toPrefixBlock();
    }

    private static IPAddress unmapped(IPAddress address) {
        Integer length = address.getNetworkPrefixLength();
        if (!address.isIPv6() || !address.toIPv6().isIPv4Mapped()) {
            return address;
        }
        if (length != null && length < MAPPED_BITS) {
            // Probably a length of the IPv4 address was meant; the network as written would be far larger.
            throw new IllegalArgumentException(RULE);
        }
        IPAddress ipv4 = address.toIPv6().withoutPrefixLength().getLower().getEmbeddedIPv4Address();
        return length == null ? ipv4 : ipv4.setPrefixLength(length - MAPPED_BITS, false);
    }

    public boolean contains(ClientAddress address) {
        return block.contains(address.toIpAddress());
    }

    IPAddress block() {
        return block;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Network && block.equals(((Network) other).block);
    }

    @Override
    public int hashCode() {
        return Objects.hash(block);
    }

    /**
     * The canonical CIDR text, with the bits after the prefix cleared; a single address is written without a length.
     */
    @Override
    public String toString() {
        return block.toCanonicalString();
    }
}
