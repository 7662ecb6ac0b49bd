// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

import org.popbeforesmtp.address.ClientAddress;

/** What is done with the addresses that DRAC clients report. */
public interface DracCalls {

    /**
     * Lets an address relay for the usual lifetime. Clients repeat themselves: the same address again only prolongs it.
     * Called from several threads at a time, which may wait a moment for the store; meanwhile the client's user waits
     * for the answer to his password.
     *
     * @param granted the address whose user has just logged in
     * @param caller the POP3 server that says so; it is one of {@code drac.allow}
     * @return what the caller is told; an exception counts as {@link DracResult#SYSTEM_ERROR}
     */
    DracResult add(ClientAddress granted, ClientAddress caller);
}
