// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * How long a grant lasts after the last activity of the login that earned it: 1 second to 24 hours, to the
 * millisecond. What lasts longer is no longer "recently" (RFC 6409 section 3.3).
 */
public final class Lifetime {

    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofHours(24);
    private static final String RULE = "must be a number with a unit (ms, s, m, h, d) from 1s to 24h, such as 15m";

    private final Duration duration;

    private Lifetime(Duration duration) {
        this.duration = duration;
    }

    /**
     * A lifetime of that duration, in whole milliseconds.
     *
     * @throws IllegalArgumentException if it is shorter than a second or longer than a day
     */
    public static Lifetime of(Duration duration) {
        if (duration.compareTo(SHORTEST) < 0 || duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(RULE);
        }
        return new Lifetime(duration.truncatedTo(ChronoUnit.MILLIS));
    }

    /**
     * Reads a lifetime such as {@code 15m}.
     *
     * @throws IllegalArgumentException if the unit is missing or the lifetime out of range
     */
    public static Lifetime parse(String text) {
        return of(DurationText.parse(text).orElseThrow(() -> new IllegalArgumentException(RULE)));
    }

    public Duration toDuration() {
        return duration;
    }

    /** When a grant with this lifetime ends whose last activity was at {@code start}. */
    public Instant endAfter(Instant start) {
        return start.plus(duration);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Lifetime && duration.equals(((Lifetime) other).duration);
    }

    @Override
    public int hashCode() {
        return duration.hashCode();
    }

    /** The lifetime in words: {@code 15 minutes}. */
    @Override
    public String toString() {
        return DurationText.inWords(duration);
    }
}
