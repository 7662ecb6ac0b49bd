// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.policy.LoginRecorder;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;

/** What is done with the addresses that DRAC clients report. */
interface DracCalls {

    /**
     * Lets an address relay for the usual lifetime. Clients repeat their calls: the same address again only renews the
     * grant. Called from several threads at a time, which may wait a moment for the store; meanwhile the client's user
     * is waiting to log in.
     *
     * @param granted the address whose user has just logged in
     * @param caller the POP3 server that reports it; it is one of {@code drac.allow}
     * @return the answer to the caller; anything thrown counts as {@link DracResult#SYSTEM_ERROR}
     */
    DracResult add(ClientAddress granted, ClientAddress caller);

    /**
     * Records each address as the login of an unknown user, under the rules that apply to every login. An address that
     * no client can have, or that the operator excluded or blocked, is not permitted; one that the store could not keep
     * is an error.
     */
    static DracCalls recordedBy(LoginRecorder logins) {
        return (granted, caller) -> {
            Login login = Login.ofUnknownUser(granted, Protocol.DRAC, false);
            if (granted.isUnicast() && logins.record(login).isPresent()) {
                return DracResult.SUCCESS;
            }
            return granted.isUnicast() && logins.admits(login) && !logins.isBlocked(login)
                    ? DracResult.SYSTEM_ERROR
                    : DracResult.PERMISSION_DENIED;
        };
    }
}
