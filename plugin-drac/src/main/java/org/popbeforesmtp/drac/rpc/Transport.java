// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac.rpc;

/** What carries a call. */
public enum Transport {
    UDP(17),
    TCP(6);

    /** The number of the protocol in the header of IP. */
    public final int protocolNumber;

    Transport(int protocolNumber) {
        this.protocolNumber = protocolNumber;
    }
}
