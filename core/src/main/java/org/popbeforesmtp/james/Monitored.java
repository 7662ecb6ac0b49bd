// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.james;

/** A part of the product, apart from the store, whose failure must be reported to the operator. */
public interface Monitored {

    /**
     * Why this part does not do its work now, or an empty text. James serves health checks without authentication, so it
     * names no client and no user.
     */
    String trouble();
}
