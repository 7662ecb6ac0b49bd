// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.benchmarks;

import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Login;

/** A contestant that is asked for an address as the product knows it, and records a login as it is. */
interface AddressContestant extends Contestant<ClientAddress, Login> {

    @Override
    default ClientAddress toAsk(Login login) {
        return login.address();
    }

    @Override
    default Login toRecord(Login login) {
        return login;
    }
}
