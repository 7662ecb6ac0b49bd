// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.usage;

import org.popbeforesmtp.store.Grant;

/** The name under which relaying on a grant is counted. */
public final class HolderName {

    /** No mail server accepts longer names (RFC 5321 4.5.3.1). */
    public static final int LONGEST = 320;

    private HolderName() {}

    /** The user, or the address in brackets if the grant names no user. */
    public static String of(Grant grant) {
        return of(grant.user().orElseGet(() -> "[" + grant.address() + "]"));
    }

    /** A user's name, without what is beyond {@link #LONGEST} characters. */
    public static String of(String user) {
        return user.length() <= LONGEST ? user : user.substring(0, LONGEST);
    }
}
