// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.usage;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One user on one day, in UTC, so that all nodes mean the same; in order of days, then users. */
public final class UserDay implements Comparable<UserDay> {

    private static final Comparator<UserDay> ORDER =
            Comparator.comparing(UserDay::day).thenComparing(UserDay::user);

    private final LocalDate day;
    private final String user;

    private UserDay(LocalDate day, String user) {
        this.day = day;
        this.user = user;
    }

    public static UserDay of(LocalDate day, String user) {
        return new UserDay(day, user);
    }

    /** A user on the day of an instant. */
    public static UserDay at(Instant instant, String user) {
        return new UserDay(dayOf(instant), user);
    }

    public static LocalDate dayOf(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC).toLocalDate();
    }

    static Optional<LocalDate> parseDay(String text) {
        try {
            return Optional.of(LocalDate.parse(text));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    public LocalDate day() {
        return day;
    }

    public String user() {
        return user;
    }

    @Override
    public int compareTo(UserDay other) {
        return ORDER.compare(this, other);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof UserDay && day.equals(((UserDay) other).day) && user.equals(((UserDay) other).user);
    }

    @Override
    public int hashCode() {
        return Objects.hash(day, user);
    }

    @Override
    public String toString() {
        return user + " on " + day;
    }
}
