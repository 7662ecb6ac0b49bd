// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.usage;

import org.popbeforesmtp.store.Grant;

/** Under which name something is counted that was relayed on a grant. */
public final class HolderName {

    /** Longer names no mail server accepts (RFC 5321 4.5.3.1). */
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
