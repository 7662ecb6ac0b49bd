// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The store cannot answer, or not in full: nobody may relay because of it, and no login may fail because of it. Where it
 * knows some grants that count all the same, but there may be more, it names these.
 */
public final class StoreUnavailableException extends RuntimeException {

    private final transient List<Grant> known;

    public StoreUnavailableException(String message) {
        this(message, null);
    }

    public StoreUnavailableException(String message, @Nullable Throwable cause) {
        this(message, cause, List.of());
    }

    /**
     * The store knows a part of the answer.
     *
     * @param known active grants of the address that was asked for
     */
    public StoreUnavailableException(String message, @Nullable Throwable cause, List<Grant> known) {
        super(message, cause);
        this.known = List.copyOf(known);
    }

    /** The active grants of the address that the store knows of, although it cannot tell whether there are more. */
    public List<Grant> known() {
        return known;
    }
}
