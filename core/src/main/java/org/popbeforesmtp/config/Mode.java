// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.config;

/** What comes of a decision that a client may relay on a grant. */
public enum Mode {
    /** It may. */
    RELAY,
    /** It is logged and counted, and the client may not. */
    OBSERVE
}
