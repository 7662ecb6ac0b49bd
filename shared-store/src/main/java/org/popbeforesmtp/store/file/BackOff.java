// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.file;

/** When to try again what failed: after 250 milliseconds, then after twice as long each time, up to 10 seconds. */
final class BackOff {

    private static final long SHORTEST_MILLIS = 250;
    private static final long LONGEST_MILLIS = 10_000;

    private long pause;
    private long nextAt;

    BackOff() {
        reset();
    }

    synchronized boolean permits(long now) {
        return now >= nextAt;
    }

    synchronized void failed(long now) {
        nextAt = now + pause;
        pause = Math.min(2 * pause, LONGEST_MILLIS);
    }

    /** The next try may be made at once. */
    synchronized void reset() {
        pause = SHORTEST_MILLIS;
        nextAt = Long.MIN_VALUE;
    }
}
