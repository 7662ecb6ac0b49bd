// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.config;

import java.util.Locale;

/** Where the grants are kept. */
public enum StoreKind {
    /** In the memory of this process. */
    MEMORY,
    /** In a file of this host; survives restarts. */
    FILE,
    /** In a Redis that all nodes share. */
    REDIS;

    /** As in the file. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
