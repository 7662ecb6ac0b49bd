// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.Optional;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.policy.Revocation;

/** What a revocation did, in JSON. */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
@JsonPropertyOrder({"revoked", "user", "address"})
final class Revoked {

    private final int grants;
    private final Revocation revocation;

    Revoked(int grants, Revocation revocation) {
        this.grants = grants;
        this.revocation = revocation;
    }

    public int getRevoked() {
        return grants;
    }

    /** The user as James knows them. */
    public Optional<String> getUser() {
        return revocation.user();
    }

    public Optional<String> getAddress() {
        return revocation.address().map(ClientAddress::toString);
    }
}
