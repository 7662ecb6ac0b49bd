// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.check;

import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressSeqRange;
import inet.ipaddr.IPAddressString;
import inet.ipaddr.ipv4.IPv4Address;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A network in James's own notation (its {@code InetNetworkBuilder}), which differs from the usual one: {@code *} and
 * {@code 127.*}, an address with a length or a mask that may have holes, host names; and after an IPv6 address a number
 * that James takes for as many <em>bytes</em> as it has binary digits. Immutable.
 */
final class JamesNetwork {

    private static final int IPV4_BITS = 32;
    private static final int IPV6_BYTES = 16;
    private static final int ALL_OF_IPV6 = 32_768;
    private static final List<String> ASTERISKS =
            List.of("0.0.0.0/0.0.0.0", "0.0.0/255.0.0.0", "0.0/255.255.0.0", "0/255.255.255.0");

    private final String text;

    /**
     * Null for a host name, whose address only James's name server knows, and for anything else that is not an address.
     */
    private final @Nullable IPAddress network;

    private final byte[] mask;

    private JamesNetwork(String text, @Nullable IPAddress network, byte[] mask) {
        this.text = text;
        this.network = network;
        this.mask = mask;
    }

    /**
     * Reads a network.
     *
     * @throws IllegalArgumentException where James would not start with it
     */
    static JamesNetwork parse(String text) {
        try {
            return text.indexOf(':') >= 0 ? ipv6(text) : ipv4(text);
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is no network", e);
        }
    }

    private static JamesNetwork ipv4(String text) {
        String spec = text;
        if (text.endsWith("*")) {
            spec = withoutAsterisk(text);
        } else if (text.indexOf('/') < 0) {
            spec = text + "/255.255.255.255";
        }
        String length = spec.substring(spec.indexOf('/') + 1);
        String address = spec.substring(0, spec.indexOf('/'));
        if (length.indexOf('.') < 0) {
            return new JamesNetwork(text, ipv4Literal(address), maskOf(Integer.parseInt(length)));
        }
        IPAddress mask = ipv4Literal(length);
        // What is no literal is a name to James, and one that names no mask.
        return mask == null
                ? new JamesNetwork(text, null, maskOf(IPV4_BITS))
                : new JamesNetwork(text, ipv4Literal(address), mask.getBytes());
    }

    private static String withoutAsterisk(String text) {
        int dots =
                (int) text.chars().skip(1).filter(character -> character == '.').count();
        return dots == 0
                ? ASTERISKS.get(0)
                : text.substring(0, text.length() - 1).concat(ASTERISKS.get(dots));
    }

    /** With James's own arithmetic, which takes any number: a length of 33 is that of 1. */
    private static byte[] maskOf(int length) {
        int bits = IPV4_BITS - length;
        int mask = bits == IPV4_BITS ? 0 : 0xFFFFFFFF - ((1 << bits) - 1);
        return new byte[] {(byte) (mask >> 24), (byte) (mask >> 16), (byte) (mask >> 8), (byte) mask};
    }

    private static @Nullable IPAddress ipv4Literal(String text) {
        return text.matches("(0|[1-9]\\d{0,2})(\\.(0|[1-9]\\d{0,2})){3}")
                ? new IPAddressString(text).getAddress()
                : null;
    }

    private static JamesNetwork ipv6(String text) {
        if (text.endsWith("*")) {
            throw new IllegalArgumentException("'" + text + "': James knows no * for IPv6");
        }
        String[] parts = text.replace('%', '/').split("/", 2);
        IPAddress address = ipv6Literal(parts[0]);
        byte[] mask = new byte[IPV6_BYTES];
        if (address == null) {
            return new JamesNetwork(text, null, mask);
        }
        int number = parts.length == 1 ? ALL_OF_IPV6 : Integer.parseInt(parts[1]);
        for (int i = 0; number > 0; i++, number >>= 1) {
            mask[i] = (byte) 0xFF;
        }
        if (address.toIPv6().isIPv4Mapped()) {
            throw new IllegalArgumentException(
                    "'" + text + "': James takes no IPv4 address in the form of an IPv6 address");
        }
        return new JamesNetwork(text, address, mask);
    }

    private static @Nullable IPAddress ipv6Literal(String text) {
        IPAddress address = new IPAddressString(text).getAddress();
        return address != null && address.isIPv6() && !address.isMultiple() ? address : null;
    }

    boolean isIpv6() {
        return mask.length == IPV6_BYTES;
    }

    /** How many whole bytes of an IPv6 address must agree. */
    int maskBytes() {
        int bytes = 0;
        while (bytes < mask.length && mask[bytes] == (byte) 0xFF) {
            bytes++;
        }
        return bytes;
    }

    /** How many IPv4 addresses are in it. */
    long size() {
        return 1L << (IPV4_BITS - Integer.bitCount(new IPv4Address(mask).intValue()));
    }

    /** Its addresses, from the first to the last; empty where a mask with holes or a host name leaves that open. */
    Optional<IPAddressSeqRange> range() {
        Integer length = new IPv4Address(mask).getBlockMaskPrefixLength(true);
        if (length == null || (network == null && length > 0)) {
            return Optional.empty();
        }
        IPAddress start = network == null ? new IPv4Address(0) : network;
        return Optional.of(start.setPrefixLength(length, false).toPrefixBlock().toSequentialRange());
    }

    boolean touches(IPAddress block) {
        return network != null
                && (block.contains(network) || new JamesNetwork(text, network, mask).contains(block.getLower()));
    }

    boolean contains(IPAddress address) {
        return network != null && address.isIPv6() == isIpv6() && Arrays.equals(masked(address), masked(network));
    }

    private byte[] masked(IPAddress address) {
        byte[] bytes = address.getBytes();
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] &= mask[i];
        }
        return bytes;
    }

    @Override
    public String toString() {
        return text;
    }
}
