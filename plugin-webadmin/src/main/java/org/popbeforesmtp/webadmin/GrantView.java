// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.popbeforesmtp.store.Grant;

/** A grant in JSON. */
@JsonPropertyOrder({"address", "user", "protocol", "encrypted", "grantedAt", "expiresAt"})
final class GrantView {

    private final Grant grant;

    GrantView(Grant grant) {
        this.grant = grant;
    }

    static List<GrantView> of(List<Grant> grants) {
        return grants.stream().map(GrantView::new).collect(Collectors.toUnmodifiableList());
    }

    public String getAddress() {
        return grant.address().toString();
    }

    /** Null in JSON if the grant names no user. */
    public Optional<String> getUser() {
        return grant.user();
    }

    public String getProtocol() {
        return grant.protocol().toString();
    }

    public boolean isEncrypted() {
        return grant.encrypted();
    }

    public Instant getGrantedAt() {
        return grant.grantedAt();
    }

    public Instant getExpiresAt() {
        return grant.expiresAt();
    }
}
