// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac.portmapper;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.drac.rpc.RpcProgram;
import org.popbeforesmtp.drac.rpc.Transport;
import org.popbeforesmtp.drac.rpc.XdrWriter;

/** Where one version of a program is found over one transport and one version of IP. */
public final class PortMapping {

    final int program;
    final int version;
    final Transport transport;
    final boolean ipv6;
    private final InetSocketAddress address;

    private PortMapping(int program, int version, Transport transport, boolean ipv6, InetSocketAddress address) {
        this.program = program;
        this.version = version;
        this.transport = transport;
        this.ipv6 = ipv6;
        this.address = address;
    }

    /** The mappings of a range of versions; a socket on every address of a host with IPv6 serves IPv4 too. */
    public static List<PortMapping> of(RpcProgram program, InetSocketAddress where) {
        boolean isIpv6 = where.getAddress() instanceof Inet6Address;
        List<PortMapping> mappings = new ArrayList<>();
        for (int version = program.lowestVersion; version <= program.highestVersion; version++) {
            for (Transport transport : Transport.values()) {
                if (isIpv6) {
                    mappings.add(new PortMapping(program.number, version, transport, true, where));
                }
                if (!isIpv6 || where.getAddress().isAnyLocalAddress()) {
                    mappings.add(new PortMapping(program.number, version, transport, false, where));
                }
            }
        }
        return mappings;
    }

    /** The network identifier by which versions 3 and 4 of the port mapper (RFC 1833) name the transport. */
    String networkId() {
        return transport.name().toLowerCase(Locale.ROOT) + (ipv6 ? "6" : "");
    }

    int port() {
        return address.getPort();
    }

    boolean isOnEveryAddress() {
        return address.getAddress().isAnyLocalAddress();
    }

    /** The address in the form that versions 3 and 4 of the port mapper use. */
    String universalAddress() {
        return isOnEveryAddress()
                ? universalAddress(ipv6 ? "::" : "0.0.0.0")
                : universalAddress(ClientAddress.of(address.getAddress()).toString());
    }

    /** The same on another address of the host. */
    String universalAddress(String host) {
        return host + "." + (port() >> 8) + "." + (port() & 0xFF);
    }

    /** Written as version 2 of the port mapper does, or as versions 3 and 4 do. */
    XdrWriter encoded(boolean asVersion2) {
        XdrWriter writer = new XdrWriter().writeInts(program, version);
        return asVersion2
                ? writer.writeInts(transport.protocolNumber, port())
                : writer.writeStrings(networkId(), universalAddress(), "");
    }
}
