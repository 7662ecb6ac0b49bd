// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.runtime;

import java.time.Clock;

/** Lets so many log lines of a kind through in a second, and counts the others, so that no client can flood the log. */
public final class LogLimit {

    private final Clock clock;
    private final int linesPerSecond;
    private long second = Long.MIN_VALUE;
    private int lines;
    private long suppressed;

    public LogLimit(Clock clock, int linesPerSecond) {
        this.clock = clock;
        this.linesPerSecond = linesPerSecond;
    }

    /** Whether a line may be written now. */
    public synchronized boolean permits() {
        long now = Math.floorDiv(clock.millis(), 1000L);
        if (now != second) {
            second = now;
            lines = 0;
        }
        if (lines < linesPerSecond) {
            lines++;
            return true;
        }
        suppressed++;
        return false;
    }

    /** How many lines were suppressed since this was last asked. */
    public synchronized long takeSuppressed() {
        long count = suppressed;
        suppressed = 0;
        return count;
    }
}
