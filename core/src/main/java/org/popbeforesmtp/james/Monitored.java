// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.james;

/** A part of the product, beside the store, whose failure an operator must learn of. */
public interface Monitored {

    /**
     * Why this part does not do its work now, or an empty text. James serves health checks without authentication, so it
     * names no client and no user.
     */
    String trouble();
}
