// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.policy;

import java.util.Locale;

/** Why a client may not relay on a grant. */
public enum Reason {
    /** Nobody who still exists has an active grant there. */
    NO_GRANT,
    /** No grant there covers the sender, but a POP3 session from there is about to log in. */
    LOGIN_UNDER_WAY,
    /** The sender address belongs to none of the users who logged in from there. */
    SENDER,
    /** The null sender, such as that of a receipt, belongs to nobody. */
    NULL_SENDER,
    /** Too many different users logged in from there. */
    SHARED,
    /** The logins from there were not encrypted, and they must be. */
    UNENCRYPTED,
    /** Logins from there never grant. */
    EXCLUDED,
    /** Grants have come to their end for good. */
    RETIRED,
    /** A time in which grants allow nothing, so that those who depend on them notice before the end. */
    BROWNOUT,
    /** It would be allowed, but the mode is to observe. */
    OBSERVED,
    /** The store, or the user base of the mail server, cannot tell. */
    UNKNOWN;

    /** Whether a login, or another one, would have helped. */
    boolean isMendedByLogin() {
        return this == NO_GRANT || this == LOGIN_UNDER_WAY || this == SENDER || this == UNENCRYPTED;
    }

    /** The word for logs, JSON and metrics: {@code no-grant}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
