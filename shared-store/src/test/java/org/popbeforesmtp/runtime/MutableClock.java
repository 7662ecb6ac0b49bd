// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.runtime;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;

/** A clock that stands still until a test turns it. */
public final class MutableClock extends Clock {

    private volatile Instant now;

    public MutableClock() {
        this(Instant.parse("2026-05-04T10:00:00.123Z"));
    }

    public MutableClock(Instant start) {
        this.now = start;
    }

    /** Turns the clock on, or back if the duration is negative. */
    public synchronized void turn(Duration duration) {
        now = now.plus(duration);
    }

    /** The same time, as {@link System#nanoTime} tells it. */
    public long nanoTime() {
        return TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("this clock is read as an instant only");
    }
}
