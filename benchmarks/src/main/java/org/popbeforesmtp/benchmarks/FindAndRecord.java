// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.benchmarks;

import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.popbeforesmtp.store.Login;

/** What one call costs, with addresses in random order. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FindAndRecord {

    private static final int FINDS_PER_RECORD = 9;

    /** Addresses that hold a grant. */
    @State(Scope.Benchmark)
    public static class Known {
        Object[] addresses = {};

        @Setup
        public void pick(FilledStore filled) {
            addresses = made(filled.contestant::toAsk, 0, filled.grants);
        }
    }

    /** Addresses that hold none. */
    @State(Scope.Benchmark)
    public static class Unknown {
        Object[] addresses = {};

        @Setup
        public void pick(FilledStore filled) {
            addresses = made(filled.contestant::toAsk, filled.grants, filled.grants);
        }
    }

    /** Logins that earned a grant before. */
    @State(Scope.Benchmark)
    public static class Again {
        Object[] logins = {};

        @Setup
        public void pick(FilledStore filled) {
            logins = made(filled.contestant::toRecord, 0, filled.grants);
        }
    }

    /** Where each thread is on its way round; they begin at different places. */
    @State(Scope.Thread)
    public static class Walk {
        private int next = ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE);
        private int sinceRecord;

        Object along(Object[] stations) {
            if (next >= stations.length) {
                next %= stations.length;
            }
            return stations[next++];
        }

        boolean isRecordDue() {
            sinceRecord = sinceRecord == FINDS_PER_RECORD ? 0 : sinceRecord + 1;
            return sinceRecord == 0;
        }
    }

    @Benchmark
    public @Nullable Object findHit(FilledStore filled, Known known, Walk walk) {
        return filled.contestant.find(walk.along(known.addresses));
    }

    /**
     * A find by itself, each timed on its own. Back to back, a processor begins the next finds while it waits for the
     * memory of this one; a mail server has but one to make.
     */
    @Benchmark
    @BenchmarkMode(Mode.SampleTime)
    public @Nullable Object findAlone(FilledStore filled, Known known, Walk walk) {
        return filled.contestant.find(walk.along(known.addresses));
    }

    @Benchmark
    public @Nullable Object findMiss(FilledStore filled, Unknown unknown, Walk walk) {
        return filled.contestant.find(walk.along(unknown.addresses));
    }

    @Benchmark
    public void record(FilledStore filled, Again again, Walk walk) {
        filled.contestant.record(walk.along(again.logins));
    }

    /** Nine finds to one record. */
    @Benchmark
    public @Nullable Object mixed(FilledStore filled, Known known, Again again, Walk walk) {
        if (walk.isRecordDue()) {
            filled.contestant.record(walk.along(again.logins));
            return filled;
        }
        return filled.contestant.find(walk.along(known.addresses));
    }

    private static Object[] made(Function<Login, Object> from, int first, int count) {
        return Arrays.stream(Visitors.pick(first, count))
                .mapToObj(visitor -> from.apply(Visitors.login(visitor)))
                .toArray();
    }
}
