// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.quota;

import java.time.Duration;
import java.util.Arrays;

/** One user's recipients by minute, over the last hour. Not for several threads at once. */
final class HourlyCounter {

    private static final int MINUTES = 60;
    private static final long MILLIS = Duration.ofMinutes(1).toMillis();

    private final long[] counts = new long[MINUTES];
    private long minute;

    HourlyCounter(long nowMillis) {
        this.minute = minuteOf(nowMillis);
    }

    RecipientCount add(long nowMillis, long limit) {
        advanceTo(minuteOf(nowMillis));
        long before = total();
        if (before >= limit) {
            return RecipientCount.limitReached(before, untilBelow(limit, nowMillis));
        }
        counts[slot(minute)]++;
        return RecipientCount.counted(before + 1);
    }

    void takeBack(long nowMillis) {
        advanceTo(minuteOf(nowMillis));
        for (long past = minute; past > minute - MINUTES; past--) {
            if (counts[slot(past)] > 0) {
                counts[slot(past)]--;
                return;
            }
        }
    }

    boolean isEmptyAt(long nowMillis) {
        advanceTo(minuteOf(nowMillis));
        return total() == 0;
    }

    private void advanceTo(long now) {
        if (now - minute >= MINUTES) {
            Arrays.fill(counts, 0);
            minute = now;
        }
        while (minute < now) {
            counts[slot(++minute)] = 0;
        }
    }

    private long total() {
        return Arrays.stream(counts).sum();
    }

    /** How long until so many minutes have left the hour that fewer than the limit remain. */
    private Duration untilBelow(long limit, long nowMillis) {
        long remaining = total();
        long oldest = minute - MINUTES + 1;
        while (remaining >= limit && oldest <= minute) {
            remaining -= counts[slot(oldest++)];
        }
        return Duration.ofMillis((oldest - 1 + MINUTES) * MILLIS - nowMillis);
    }

    private static long minuteOf(long millis) {
        return Math.floorDiv(millis, MILLIS);
    }

    private static int slot(long minute) {
        return Math.floorMod(minute, MINUTES);
    }
}
