// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.config;

/** What happens when a client may relay on a grant. */
public enum Mode {
    /** It relays. */
    RELAY,
    /** The decision is logged and counted, but the client does not relay. */
    OBSERVE
}
