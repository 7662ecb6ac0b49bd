// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.address;

import inet.ipaddr.AddressStringException;
import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressNetwork.IPAddressGenerator;
import inet.ipaddr.IPAddressString;
import inet.ipaddr.IncompatibleAddressException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The address that a client's TCP connection comes from, IPv4 or IPv6, in one canonical form.
 *
 * <p>An IPv4-mapped IPv6 address ({@code ::ffff:192.0.2.1}, RFC 4291 section 2.5.5.2) <em>is</em> the IPv4 address, and
 * a zone identifier ({@code fe80::1%eth0}, RFC 4007) is dropped, so that two sockets of one client compare as equal.
 * Made from literals and sockets only: no name is ever looked up.
 */
public final class ClientAddress implements Comparable<ClientAddress> {

    private static final IPAddressGenerator GENERATOR = new IPAddressGenerator();
    private static final long MAPPED_PREFIX = 0x0000_FFFF_0000_0000L;
    private static final int IPV6_BITS = 128;
    private static final int FIRST_MULTICAST_OCTET = 224;
    private static final long LOOPBACK = 1;

    private final long high;
    private final long low;

    private ClientAddress(long high, long low) {
        this.high = high;
        this.low = low;
    }

    /**
     * Reads an address literal; white space around it does not count.
     *
     * @throws IllegalArgumentException if the text is not one IPv4 or IPv6 address literal (a host name is not)
     */
    public static ClientAddress parse(String literal) {
        byte[] canonical = CanonicalText.read(literal);
        if (canonical != null) {
            return ofBytes(canonical);
        }
        try {
            return ofBytes(
                    new IPAddressString(literal, Literals.ADDRESS).toAddress().getBytes());
        } catch (AddressStringException | IncompatibleAddressException e) {
            throw new IllegalArgumentException("must be an IPv4 or IPv6 address", e);
        }
    }

    /** The address of a socket. */
    public static ClientAddress of(InetAddress address) {
        return ofBytes(address.getAddress());
    }

    /**
     * An address from its bytes in network order.
     *
     * @throws IllegalArgumentException if there are neither 4 nor 16 bytes
     */
    public static ClientAddress ofBytes(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        switch (bytes.length) {
            case 4:
                return new ClientAddress(0, MAPPED_PREFIX | Integer.toUnsignedLong(buffer.getInt()));
            case 16:
                return new ClientAddress(buffer.getLong(), buffer.getLong());
            default:
                throw new IllegalArgumentException("must have 4 or 16 bytes, not " + bytes.length);
        }
    }

    public boolean isIpv4() {
        return high == 0 && (low & 0xFFFF_FFFF_0000_0000L) == MAPPED_PREFIX;
    }

    /**
     * Whether a client can have this address. Not so: "this host" and its network ({@code 0.0.0.0/8}, {@code ::}),
     * multicast, broadcast and what is reserved ({@code 224.0.0.0/3}, {@code ff00::/8}), and the IPv4-compatible addresses
     * that RFC 4291 gave up ({@code ::192.0.2.1}).
     */
    public boolean isUnicast() {
        if (isIpv4()) {
            int firstOctet = (int) (low >>> 24) & 0xFF;
            return firstOctet > 0 && firstOctet < FIRST_MULTICAST_OCTET;
        }
        boolean isIpv4Compatible = high == 0 && low >>> Integer.SIZE == 0;
        return isIpv4Compatible ? low == LOOPBACK : high >>> 56 != 0xFF;
    }

    /** The bytes in network order: 4 of an IPv4 address, 16 of an IPv6 address. */
    public byte[] toBytes() {
        return isIpv4()
                ? ByteBuffer.allocate(4).putInt((int) low).array()
                : ByteBuffer.allocate(16).putLong(high).putLong(low).array();
    }

    /**
     * The first address of the network that this address belongs to, so that the members of a household with changing
     * IPv6 addresses can be treated as one client. An IPv4 address is its own network.
     *
     * @param ipv6PrefixLength how many leading bits of an IPv6 address count, 0 to 128
     * @throws IllegalArgumentException if the length is out of range
     */
    public ClientAddress networkAddress(int ipv6PrefixLength) {
        if (ipv6PrefixLength < 0 || ipv6PrefixLength > IPV6_BITS) {
            throw new IllegalArgumentException("a prefix length must be 0 to 128, not " + ipv6PrefixLength);
        }
        if (isIpv4() || ipv6PrefixLength == IPV6_BITS) {
            return this;
        }
        return new ClientAddress(high & leadingOnes(ipv6PrefixLength), low & leadingOnes(ipv6PrefixLength - Long.SIZE));
    }

    private static long leadingOnes(int count) {
        if (count <= 0) {
            return 0;
        }
        return count >= Long.SIZE ? -1L : -1L << (Long.SIZE - count);
    }

    IPAddress toIpAddress() {
        return GENERATOR.from(toBytes());
    }

    @Override
    public int compareTo(ClientAddress other) {
        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ClientAddress
                && high == ((ClientAddress) other).high
                && low == ((ClientAddress) other).low;
    }

    @Override
    public int hashCode() {
        // Neighbours differ in few low bits; the multiplication spreads them over the whole word.
        return (int) (((high * 31 + low) * 0x9E37_79B9_7F4A_7C15L) >>> 32);
    }

    /** The canonical text: a dotted quad, or IPv6 as RFC 5952 writes it. */
    @Override
    public String toString() {
        if (isIpv4()) {
            int ip = (int) low;
            return (ip >>> 24) + "." + (ip >>> 16 & 0xFF) + "." + (ip >>> 8 & 0xFF) + "." + (ip & 0xFF);
        }
        return toIpAddress().toCanonicalString();
    }
}
