// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A small text in a {@link ValueStore}, and how long it is kept from now on. */
public final class Value {

    /** Enough for small records; whoever has more than this has something else. */
    static final int LONGEST_TEXT = 10_000;

    private static final Duration LONGEST_TIME = Duration.ofDays(36_500);

    private final String text;
    private final Duration timeToLive;

    private Value(String text, Duration timeToLive) {
        this.text = text;
        this.timeToLive = timeToLive;
    }

    /**
     * A value.
     *
     * @param text up to 10,000 characters
     * @param timeToLive 1 millisecond to 100 years; what is beyond milliseconds is cut off
     * @throws IllegalArgumentException if it is not that
     */
    public static Value of(String text, Duration timeToLive) {
        Duration millis = timeToLive.truncatedTo(ChronoUnit.MILLIS);
        if (text.length() > LONGEST_TEXT) {
            throw new IllegalArgumentException("a value of " + text.length() + " characters");
        }
        if (millis.isZero() || millis.isNegative() || millis.compareTo(LONGEST_TIME) > 0) {
            throw new IllegalArgumentException("a value cannot be kept for " + timeToLive);
        }
        return new Value(text, millis);
    }

    public String text() {
        return text;
    }

    /** How long it is kept from the moment on when it was read, or is written. */
    public Duration timeToLive() {
        return timeToLive;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Value
                && text.equals(((Value) other).text)
                && timeToLive.equals(((Value) other).timeToLive);
    }

    @Override
    public int hashCode() {
        return Objects.hash(text, timeToLive);
    }

    @Override
    public String toString() {
        return text + " for " + timeToLive;
    }
}
