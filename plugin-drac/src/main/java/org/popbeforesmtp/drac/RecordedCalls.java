// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.policy.LoginRecorder;
import org.popbeforesmtp.policy.PolicySettings;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;

/** Records each address as the login of an unknown user, under the rules that hold for every login. */
final class RecordedCalls implements DracCalls {

    private final PolicySettings policy;
    private final LoginRecorder logins;

    RecordedCalls(PolicySettings policy, LoginRecorder logins) {
        this.policy = policy;
        this.logins = logins;
    }

    /** An address that the operator excluded is not permitted; one that the store could not keep is a system error. */
    @Override
    public DracResult add(ClientAddress granted, ClientAddress caller) {
        boolean recorded = logins.record(Login.ofUnknownUser(granted, Protocol.DRAC, false))
                .isPresent();
        if (recorded) {
            return DracResult.SUCCESS;
        }
        return policy.admits(granted) ? DracResult.SYSTEM_ERROR : DracResult.PERMISSION_DENIED;
    }
}
