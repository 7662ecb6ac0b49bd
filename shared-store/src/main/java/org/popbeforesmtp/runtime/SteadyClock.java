// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.runtime;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A clock that nobody can set: the time of the wall clock at its start, and what has elapsed since. So a grant lasts as
 * long as it should, also where the wall clock of a running machine is corrected.
 */
public final class SteadyClock extends Clock {

    private final long startMillis;
    private final LongSupplier nanoTime;
    private final long startNanos;
    private final ZoneId zone;

    private SteadyClock(Clock wall, LongSupplier nanoTime) {
        this.startMillis = wall.millis();
        this.nanoTime = nanoTime;
        this.startNanos = nanoTime.getAsLong();
        this.zone = wall.getZone();
    }

    /**
     * A clock that starts now.
     *
     * @param nanoTime returns elapsed time, as {@link System#nanoTime} does
     */
    public static SteadyClock startingAt(Clock wall, LongSupplier nanoTime) {
        return new SteadyClock(wall, nanoTime);
    }

    /** A steady clock instead of the system's; any other clock, such as a test's, is returned unchanged. */
    public static Clock inPlaceOf(Clock clock) {
        return clock.equals(Clock.system(clock.getZone())) ? startingAt(clock, System::nanoTime) : clock;
    }

    @Override
    public long millis() {
        return startMillis + TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - startNanos);
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis());
    }

    @Override
    public ZoneId getZone() {
        return zone;
    }

    @Override
    public Clock withZone(ZoneId other) {
        throw new UnsupportedOperationException("this clock is read as an instant only");
    }
}
