// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.policy;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A time in which grants allow nothing, as a rehearsal of the end: from the first instant until just before the second.
 */
public final class Brownout {

    private static final String RULE =
            "must be a comma separated list of intervals such as 2027-05-04T10:00Z/PT1H, each with a time zone";

    private final Instant start;
    private final Instant end;

    private Brownout(Instant start, Instant end) {
        this.start = start;
        this.end = end;
    }

    /**
     * Reads an interval of ISO 8601: a begin, and after a slash a duration or an end.
     *
     * @throws IllegalArgumentException that says "must ..." of any other text
     */
    public static Brownout parse(String text) {
        try {
            String[] parts = text.split("/", -1);
            if (parts.length == 2) {
                Instant start = ZonedDateTime.parse(parts[0]).toInstant();
                Instant end = parts[1].startsWith("P")
                        ? start.plus(Duration.parse(parts[1]))
                        : ZonedDateTime.parse(parts[1]).toInstant();
                if (start.isBefore(end)) {
                    return new Brownout(start, end);
                }
            }
        } catch (DateTimeException | ArithmeticException e) {
            throw new IllegalArgumentException(RULE, e);
        }
        throw new IllegalArgumentException(RULE);
    }

    public Instant start() {
        return start;
    }

    public Instant end() {
        return end;
    }

    public boolean contains(Instant instant) {
        return !instant.isBefore(start) && instant.isBefore(end);
    }

    boolean overlaps(Brownout other) {
        return start.isBefore(other.end) && other.start.isBefore(end);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Brownout
                && start.equals(((Brownout) other).start)
                && end.equals(((Brownout) other).end);
    }

    @Override
    public int hashCode() {
        return Objects.hash(start, end);
    }

    @Override
    public String toString() {
        return start + "/" + end;
    }
}
