// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.quota;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.popbeforesmtp.store.Value;

/**
 * The recipients of the last hour, by minute. It holds no instants, only how old things are, so that nodes whose clocks
 * differ count alike; the store tells how much time has passed. Of the minute that an hour begins in everything counts, so
 * no hour has more than a limit. Immutable.
 */
final class HourlyCount {

    private static final long MINUTE = Duration.ofMinutes(1).toMillis();
    private static final long HOUR = Duration.ofHours(1).toMillis();

    /** How old the beginning of a minute may be whose end is within the hour. */
    private static final long OLDEST = HOUR + MINUTE;

    /** How long a count is kept that nobody changes: until nothing in it counts any more. */
    private static final Duration KEPT = Duration.ofMillis(OLDEST + MINUTE);

    private static final HourlyCount NONE = new HourlyCount(List.of(), OLDEST, false);

    /** From the newest to the oldest. */
    private final List<Minute> minutes;

    private final long alarmAge;
    private final boolean alarms;

    private HourlyCount(List<Minute> minutes, long alarmAge, boolean alarms) {
        this.minutes = List.copyOf(minutes);
        this.alarmAge = alarmAge;
        this.alarms = alarms;
    }

    /**
     * The count in a value, as it is by now.
     *
     * @throws IllegalArgumentException if it is none
     */
    static HourlyCount of(Optional<Value> value) {
        return value.map(
                        kept -> parse(kept.text(), KEPT.minus(kept.timeToLive()).toMillis()))
                .orElse(NONE);
    }

    private static HourlyCount parse(String text, long passed) {
        String[] parts = text.split(" ", -1);
        List<Minute> minutes = new ArrayList<>();
        for (int i = 1; i < parts.length; i++) {
            String[] pair = parts[i].split(":", -1);
            Minute minute = new Minute(Long.parseLong(pair[0]) + passed, Long.parseLong(pair[1]));
            if (minute.age < OLDEST) {
                minutes.add(minute);
            }
        }
        return new HourlyCount(minutes, Long.parseLong(parts[0]) + passed, false);
    }

    /** The count in a value that lasts as long as anything in it counts. */
    Value toValue() {
        StringBuilder text = new StringBuilder().append(Math.min(alarmAge, OLDEST));
        for (Minute minute : minutes) {
            text.append(' ').append(minute.age).append(':').append(minute.recipients);
        }
        return Value.of(text.toString(), KEPT);
    }

    long total() {
        return minutes.stream().mapToLong(minute -> minute.recipients).sum();
    }

    /**
     * With more recipients, or fewer if the number is negative: then the latest are taken back.
     *
     * @param alarm from how many on {@link #alarms} tells, once an hour
     */
    HourlyCount plus(long recipients, long alarm) {
        List<Minute> changed = new ArrayList<>(minutes);
        if (recipients > 0) {
            boolean isSameMinute = !changed.isEmpty() && changed.get(0).age < MINUTE;
            Minute newest = isSameMinute ? changed.remove(0) : new Minute(0, 0);
            changed.add(0, newest.plus(recipients));
        }
        for (long left = -recipients; left > 0 && !changed.isEmpty(); ) {
            Minute newest = changed.remove(0);
            if (newest.recipients > left) {
                changed.add(0, newest.plus(-left));
            }
            left -= newest.recipients;
        }
        HourlyCount count = new HourlyCount(changed, alarmAge, false);
        return recipients > 0 && alarmAge >= HOUR && count.total() >= alarm ? new HourlyCount(changed, 0, true) : count;
    }

    /** Whether the last change has reached what is worth an alarm, for the first time within an hour. */
    boolean alarms() {
        return alarms;
    }

    /** How long until fewer than so many are left. */
    Duration untilBelow(long limit) {
        long left = total();
        long age = OLDEST;
        for (int i = minutes.size() - 1; i >= 0 && left >= limit; i--) {
            left -= minutes.get(i).recipients;
            age = minutes.get(i).age;
        }
        return Duration.ofMillis(OLDEST - age);
    }

    /** Those of up to a minute. */
    private static final class Minute {
        private final long age;
        private final long recipients;

        private Minute(long age, long recipients) {
            this.age = age;
            this.recipients = recipients;
        }

        private Minute plus(long more) {
            return new Minute(age, recipients + more);
        }
    }
}
