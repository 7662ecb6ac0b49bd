// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

import org.popbeforesmtp.address.ClientAddress;

/** Where a call came from and where its answer goes. */
interface Exchange {

    ClientAddress caller();

    Transport transport();

    /** Answers the call, from any thread and without waiting; to be called once. */
    void answer(RpcReply reply);
}
