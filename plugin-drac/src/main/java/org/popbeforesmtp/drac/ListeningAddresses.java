// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

import java.net.InetSocketAddress;
import org.popbeforesmtp.address.ClientAddress;

/** Where a server listens. */
final class ListeningAddresses {

    private final InetSocketAddress udp;
    private final InetSocketAddress tcp;

    ListeningAddresses(InetSocketAddress udp, InetSocketAddress tcp) {
        this.udp = udp;
        this.tcp = tcp;
    }

    InetSocketAddress of(Transport transport) {
        return transport == Transport.UDP ? udp : tcp;
    }

    @Override
    public String toString() {
        return "UDP " + named(udp) + " and TCP " + named(tcp);
    }

    private static String named(InetSocketAddress address) {
        return address.getAddress().isAnyLocalAddress()
                ? "port " + address.getPort() + " of every address"
                : "port " + address.getPort() + " of " + ClientAddress.of(address.getAddress());
    }
}
