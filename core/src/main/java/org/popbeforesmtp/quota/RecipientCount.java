// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.quota;

import java.time.Duration;

/** How many recipients elsewhere somebody has named within the last hour, and what has come of naming another one. */
public final class RecipientCount {

    private final long total;
    private final Duration wait;
    private final boolean alarming;

    private RecipientCount(long total, Duration wait, boolean alarming) {
        this.total = total;
        this.wait = wait;
        this.alarming = alarming;
    }

    static RecipientCount of(HourlyCount count) {
        return new RecipientCount(count.total(), Duration.ZERO, count.alarms());
    }

    /** The limit is reached, and the recipient is not counted. */
    static RecipientCount reached(HourlyCount count, long limit) {
        return new RecipientCount(count.total(), count.untilBelow(limit), false);
    }

    public long total() {
        return total;
    }

    /** How long until another one may be named; zero if this one could be. */
    public Duration untilNext() {
        return wait;
    }

    /** Whether so many are worth an alarm, for the first time within an hour, on whichever node. */
    public boolean isAlarming() {
        return alarming;
    }
}
