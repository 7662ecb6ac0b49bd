// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.time.Duration;

/** The moment up to which a call may wait, whatever it waits for; one for all the steps of a call. */
final class Deadline {

    private final long endNanos;

    private Deadline(long endNanos) {
        this.endNanos = endNanos;
    }

    static Deadline in(Duration duration) {
        return new Deadline(System.nanoTime() + duration.toNanos());
    }

    boolean isOver() {
        return endNanos - System.nanoTime() <= 0;
    }

    /** How many milliseconds are left, rounded up; 0 if none are. */
    int remainingMillis() {
        long remaining = endNanos - System.nanoTime();
        return remaining <= 0 ? 0 : (int) Math.min(Integer.MAX_VALUE, (remaining + 999_999) / 1_000_000);
    }
}
