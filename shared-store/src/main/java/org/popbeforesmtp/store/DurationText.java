// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as an operator writes and reads them: a whole number and a unit, {@code 15m}. */
public final class DurationText {

    private static final Pattern NUMBER_AND_UNIT = Pattern.compile("(\\d{1,9}) ?(ms|s|m|h|d)");
    private static final Map<String, ChronoUnit> UNITS = Map.of(
            "ms", ChronoUnit.MILLIS,
            "s", ChronoUnit.SECONDS,
            "m", ChronoUnit.MINUTES,
            "h", ChronoUnit.HOURS,
            "d", ChronoUnit.DAYS);

    private DurationText() {}

    /** Reads a duration; empty if the text is not a whole number and one of the units ms, s, m, h and d. */
    public static Optional<Duration> parse(String text) {
        Matcher matcher = NUMBER_AND_UNIT.matcher(text.trim());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        return Optional.of(Duration.of(Long.parseLong(matcher.group(1)), UNITS.get(matcher.group(2))));
    }

    /** Writes a duration for people, in its largest whole unit: {@code 15 minutes}, {@code 1 hour}. */
    public static String inWords(Duration duration) {
        if (isWhole(duration, ChronoUnit.HOURS)) {
            return count(duration.toHours(), "hour");
        }
        if (isWhole(duration, ChronoUnit.MINUTES)) {
            return count(duration.toMinutes(), "minute");
        }
        if (isWhole(duration, ChronoUnit.SECONDS)) {
            return count(duration.toSeconds(), "second");
        }
        return count(duration.toMillis(), "millisecond");
    }

    private static boolean isWhole(Duration duration, ChronoUnit unit) {
        return duration.toMillis() % unit.getDuration().toMillis() == 0;
    }

    private static String count(long number, String unit) {
        return number + " " + unit + (number == 1 ? "" : "s");
    }
}
