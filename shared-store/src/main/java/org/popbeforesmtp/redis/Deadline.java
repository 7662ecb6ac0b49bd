// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.redis;

import java.time.Duration;

/** Until when a caller may wait; one deadline for all steps of a call. */
public final class Deadline {

    private final long endNanos;

    private Deadline(long endNanos) {
        this.endNanos = endNanos;
    }

    static Deadline in(Duration duration) {
        return new Deadline(System.nanoTime() + duration.toNanos());
    }

    public boolean isOver() {
        return remainingNanos() == 0;
    }

    long remainingNanos() {
        return Math.max(0, endNanos - System.nanoTime());
    }
}
