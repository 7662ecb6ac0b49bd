// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.benchmarks;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

/** The system's clock, until it is put ahead. */
final class AheadClock extends Clock {

    private final Clock system = Clock.systemUTC();
    private volatile long aheadMillis;

    void putAhead(Duration duration) {
        aheadMillis = duration.toMillis();
    }

    @Override
    public long millis() {
        return system.millis() + aheadMillis;
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(millis());
    }

    @Override
    public ZoneId getZone() {
        return system.getZone();
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
