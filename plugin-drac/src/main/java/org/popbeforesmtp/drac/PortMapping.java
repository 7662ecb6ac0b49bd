// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.popbeforesmtp.address.ClientAddress;

/** Where one version of a program is found over one transport and one version of IP. */
final class PortMapping {

    private static final String ANY_IPV4 = "0.0.0.0";
    private static final String ANY_IPV6 = "::";

    private final int program;
    private final int version;
    private final Transport transport;
    private final boolean ipv6;
    private final InetSocketAddress address;

    private PortMapping(int program, int version, Transport transport, boolean ipv6, InetSocketAddress address) {
        this.program = program;
        this.version = version;
        this.transport = transport;
        this.ipv6 = ipv6;
        this.address = address;
    }

    /** The mappings of a range of versions; a socket on every address of a host with IPv6 serves IPv4 too. */
    static List<PortMapping> of(int program, int lowestVersion, int highestVersion, ListeningAddresses where) {
        List<PortMapping> mappings = new ArrayList<>();
        for (int version = lowestVersion; version <= highestVersion; version++) {
            for (Transport transport : Transport.values()) {
                InetSocketAddress socket = where.of(transport);
                boolean isIpv6 = socket.getAddress() instanceof Inet6Address;
                if (isIpv6) {
                    mappings.add(new PortMapping(program, version, transport, true, socket));
                }
                if (!isIpv6 || socket.getAddress().isAnyLocalAddress()) {
                    mappings.add(new PortMapping(program, version, transport, false, socket));
                }
            }
        }
        return mappings;
    }

    int program() {
        return program;
    }

    int version() {
        return version;
    }

    Transport transport() {
        return transport;
    }

    boolean isIpv6() {
        return ipv6;
    }

    String networkId() {
        return transport.networkId(ipv6);
    }

    int port() {
        return address.getPort();
    }

    boolean isOnEveryAddress() {
        return address.getAddress().isAnyLocalAddress();
    }

    /** The address in the form that versions 3 and 4 of the port mapper use. */
    String universalAddress() {
        return universalAddress(host());
    }

    /** The same on another address of the host. */
    String universalAddress(String host) {
        return host + "." + (port() >> 8) + "." + (port() & 0xFF);
    }

    private String host() {
        if (isOnEveryAddress()) {
            return ipv6 ? ANY_IPV6 : ANY_IPV4;
        }
        return ClientAddress.of(address.getAddress()).toString();
    }
}
