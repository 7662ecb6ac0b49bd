// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.policy;

import java.util.Locale;

/** Whom MAIL FROM may name on a grant. */
public enum SenderRule {
    /** An address that one of the users who logged in from this client may send from; never the null sender. */
    LOGIN,
    /** Any address of a domain that this server hosts; never the null sender. */
    LOCAL,
    /** Anybody, the null sender included. */
    ANY;

    /** As in the file. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
