// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store;

import org.jspecify.annotations.Nullable;

/** The store cannot answer: nobody may relay on its word, and no login may fail for it. */
public final class StoreUnavailableException extends RuntimeException {

    public StoreUnavailableException(String message) {
        super(message);
    }

    public StoreUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
