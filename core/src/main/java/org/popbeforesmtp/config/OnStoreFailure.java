// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.config;

/** The answer to a client that needs a grant while the store cannot answer. It never relays. */
public enum OnStoreFailure {
    /** {@code 451 4.3.0}: the client tries again by itself. */
    TEMPFAIL,
    /** James's own permanent refusal. */
    REFUSE
}
