// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

/** Redis cannot be asked now. The message is for people and holds no secret. */
final class OutageException extends RuntimeException {

    private final boolean fresh;

    private OutageException(String message, boolean fresh) {
        super(message);
        this.fresh = fresh;
    }

    /** It was known before the call: nothing was tried. */
    static OutageException known(String trouble) {
        return new OutageException(trouble, false);
    }

    /** The call itself ran into it. */
    static OutageException fresh(String trouble) {
        return new OutageException(trouble, true);
    }

    boolean isFresh() {
        return fresh;
    }
}
