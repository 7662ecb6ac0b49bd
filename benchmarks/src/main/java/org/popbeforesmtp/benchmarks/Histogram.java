// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.benchmarks;

/** Counts durations in steps of at most a sixteenth of their length, and keeps the longest as it is. For one thread. */
final class Histogram {

    private static final int SUBSTEP_BITS = 4;
    private static final int SUBSTEPS = 1 << SUBSTEP_BITS;

    private final long[] counts = new long[Long.SIZE * SUBSTEPS];
    private long total;
    private long longest;

    void add(long nanos) {
        counts[stepOf(nanos)]++;
        total++;
        longest = Math.max(longest, nanos);
    }

    long total() {
        return total;
    }

    long longest() {
        return longest;
    }

    /** The least duration, rounded up to its step's end, that a share of all durations does not exceed. */
    long atShare(double share) {
        long wanted = (long) Math.ceil(share * total);
        long seen = 0;
        for (int step = 0; step < counts.length; step++) {
            seen += counts[step];
            if (seen >= wanted) {
                return Math.min(longest, endOf(step));
            }
        }
        return longest;
    }

    private static int stepOf(long nanos) {
        if (nanos < SUBSTEPS) {
            return (int) Math.max(0, nanos);
        }
        int shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(nanos) - SUBSTEP_BITS;
        return (shift + 1) * SUBSTEPS + (int) (nanos >>> shift) - SUBSTEPS;
    }

    private static long endOf(int step) {
        if (step < SUBSTEPS) {
            return step;
        }
        int shift = step / SUBSTEPS - 1;
        return ((SUBSTEPS + step % SUBSTEPS + 1L) << shift) - 1;
    }
}
