// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.time.Clock;

/**
 * The clock of Redis, seen from here. All times that are stored are its times; a grant that leaves the store has the
 * times of this process, and comes back with them when it is renewed.
 *
 * <p>Both ways go by one and the same difference between the clocks, which is only replaced when it is clearly wrong: so
 * the begin of a grant comes back as the very millisecond that Redis knows, however long the network took, and whether a
 * login came before or after a revocation never depends on a measurement. If the difference was ever smaller, the
 * smaller one counts on the way back: in doubt the login was earlier, and the revocation holds.
 */
final class RedisClock {

    /** Clocks that are kept in step are closer than this. */
    private static final long TOLERANCE_MILLIS = 100;

    private final Clock here;
    private boolean known;
    private long ahead;
    private long leastAhead;

    RedisClock(Clock here) {
        this.here = here;
    }

    /** The time of this process, in milliseconds since the epoch. */
    long now() {
        return here.millis();
    }

    /**
     * Takes note of what Redis said.
     *
     * @param redis the time that it gave
     * @param before the time here when it was asked
     */
    synchronized void observe(long redis, long before) {
        long after = now();
        boolean fits = known && before + ahead - TOLERANCE_MILLIS <= redis && redis <= after + ahead + TOLERANCE_MILLIS;
        if (!fits) {
            ahead = redis - (before + after) / 2;
            leastAhead = known ? Math.min(leastAhead, ahead) : ahead;
            known = true;
        }
    }

    synchronized long toLocal(long redis) {
        return redis - ahead;
    }

    /** The time at Redis of something that happened here then, or earlier if the clocks have been set meanwhile. */
    synchronized long toRedis(long local) {
        return local + leastAhead;
    }

    /**
     * The latest time at Redis at which a command may still be carried out for which nobody waits longer than that. A
     * server that hung carries out what it finds in its buffers when it comes to itself.
     */
    synchronized long latest(Deadline deadline) {
        return now() + deadline.remainingMillis() + ahead + TOLERANCE_MILLIS;
    }
}
