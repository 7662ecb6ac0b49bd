// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.policy;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.address.ClientAddress;

/** What is to be revoked, and by whom: all grants of an address, or all grants of a user. */
public final class Revocation {

    private final @Nullable ClientAddress address;
    private final @Nullable String user;
    private final String by;

    private Revocation(@Nullable ClientAddress address, @Nullable String user, String by) {
        this.address = address;
        this.user = user;
        this.by = by;
    }

    /** Of all grants of an address. */
    public static Revocation ofAddress(ClientAddress address, String by) {
        return new Revocation(address, null, by);
    }

    /** Of all grants of a user, at every address. */
    public static Revocation ofUser(String user, String by) {
        return new Revocation(null, user, by);
    }

    public Optional<ClientAddress> address() {
        return Optional.ofNullable(address);
    }

    public Optional<String> user() {
        return Optional.ofNullable(user);
    }

    /** Who does it, for the log. */
    public String by() {
        return by;
    }
}
