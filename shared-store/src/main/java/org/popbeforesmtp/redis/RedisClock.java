// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.redis;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The clock of a Redis server, seen from here. What is stored there has its times; what this process reads has the times of this
 * process, and comes back with them when it is written again.
 *
 * <p>Both ways use one and the same difference between the clocks, which is only replaced when it is clearly wrong: so
 * a time comes back as the very millisecond that Redis knows, however long the network took, and whether something
 * happened before or after something else never depends on a measurement. After a clock was set, an instant of this
 * process may have been at either of two times of Redis. The earlier one counts: in doubt a login was earlier, and a
 * revocation holds.
 */
public final class RedisClock {

    /** Clocks that are kept in step are closer than this. */
    private static final long TOLERANCE_MILLIS = 100;

    private static final int REMEMBERED = 16;

    private final Clock here;

    /** The differences that were in force, the present one last. */
    private final Deque<Period> periods = new ArrayDeque<>();

    RedisClock(Clock here) {
        this.here = here;
    }

    /** The time of this process, in milliseconds since the epoch. */
    public long now() {
        return here.millis();
    }

    /**
     * Takes note of what Redis said.
     *
     * @param redis the time that it gave
     * @param before the time here when it was asked
     * @return that moment
     */
    public synchronized Moment observe(long redis, long before) {
        long after = now();
        Period present = periods.peekLast();
        if (present == null || !present.fits(redis, before, after)) {
            periods.addLast(new Period(redis - (before + after) / 2, Math.min(before, after)));
            if (periods.size() > REMEMBERED) {
                periods.removeFirst();
            }
        }
        periods.getLast().last = after;
        return new Moment(redis, before);
    }

    /** The time here of something that happened at Redis then. */
    synchronized long toLocal(long redis) {
        return redis - ahead();
    }

    /** The time at Redis of something that happened here then; if it may have been at either of two, the earlier one. */
    public synchronized long toRedis(long local) {
        return local
                + periods.stream()
                        .filter(period -> period.includes(local, period == periods.getLast()))
                        .mapToLong(period -> period.ahead)
                        .min()
                        .orElseGet(() -> periods.stream()
                                .mapToLong(period -> period.ahead)
                                .min()
                                .orElse(0));
    }

    /**
     * The latest time at Redis at which a command may still be carried out for which nobody waits longer than that. A
     * server that hung carries out what it finds in its buffers once it resumes.
     */
    public synchronized long latest(Deadline deadline) {
        return now() + NANOSECONDS.toMillis(deadline.remainingNanos()) + 1 + ahead() + TOLERANCE_MILLIS;
    }

    private long ahead() {
        return periods.isEmpty() ? 0 : periods.getLast().ahead;
    }

    /** When Redis said something. */
    public final class Moment {

        private final long redis;
        private final long before;

        private Moment(long redis, long before) {
            this.redis = redis;
            this.before = before;
        }

        /** The time at Redis. */
        public long atRedis() {
            return redis;
        }

        /** The time here of something that began at Redis then. */
        public long beginHere(long begin) {
            return toLocal(begin);
        }

        /** The time here of something that ends at Redis then. It counts from when we asked, so that nothing lasts longer here. */
        public long endHere(long end) {
            return before + end - redis;
        }
    }

    /** How far Redis was ahead of us, from when to when by the clock of this process. */
    private static final class Period {

        private final long ahead;
        private final long first;
        private long last;

        private Period(long ahead, long first) {
            this.ahead = ahead;
            this.first = first;
            this.last = first;
        }

        private boolean fits(long redis, long before, long after) {
            return before + ahead - TOLERANCE_MILLIS <= redis && redis <= after + ahead + TOLERANCE_MILLIS;
        }

        private boolean includes(long local, boolean isPresent) {
            return first - TOLERANCE_MILLIS <= local && (isPresent || local <= last + TOLERANCE_MILLIS);
        }
    }
}
