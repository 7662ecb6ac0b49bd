// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

/** What carries a call. */
enum Transport {
    UDP(17, "udp"),
    TCP(6, "tcp");

    private final int protocolNumber;
    private final String name;

    Transport(int protocolNumber, String name) {
        this.protocolNumber = protocolNumber;
        this.name = name;
    }

    /** The number of the protocol in the header of IP, by which version 2 of the port mapper names it. */
    int protocolNumber() {
        return protocolNumber;
    }

    /** The network identifier by which versions 3 and 4 of the port mapper (RFC 1833) name it. */
    String networkId(boolean ipv6) {
        return ipv6 ? name + "6" : name;
    }
}
