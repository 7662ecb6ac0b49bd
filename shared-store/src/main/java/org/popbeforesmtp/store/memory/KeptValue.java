// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

import org.popbeforesmtp.store.ValueKey;

/** A value under its key, with the instant at which it ends, in milliseconds since the epoch. */
public final class KeptValue {

    private final ValueKey key;
    private final String text;
    private final long endsAt;

    public KeptValue(ValueKey key, String text, long endsAt) {
        this.key = key;
        this.text = text;
        this.endsAt = endsAt;
    }

    public ValueKey key() {
        return key;
    }

    public String text() {
        return text;
    }

    public long endsAt() {
        return endsAt;
    }
}
