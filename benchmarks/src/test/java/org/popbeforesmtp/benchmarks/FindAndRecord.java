// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.benchmarks;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What a look-up and a login cost, among so many grants, in random order; {@code -t 2} makes it two threads. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(
        value = 2,
        jvmArgs = {"-Xms2g", "-Xmx2g", "-Xmn512m", "-XX:+AlwaysPreTouch"})
public class FindAndRecord {

    @Param({"1000", "100000", "1000000"})
    public int grants;

    @Param({"MEMORY", "JAMES", "CAFFEINE", "MAP"})
    public Kind store = Kind.MEMORY;

    private Contestant contestant = Kind.MAP.with(0);
    private Visitor[] visitors = {};

    /** Where each thread is on its way round; they begin at different places. */
    @State(Scope.Thread)
    public static class Walk {
        private int next = ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE);

        Visitor along(Visitor[] visitors) {
            if (next >= visitors.length) {
                next %= visitors.length;
            }
            return visitors[next++];
        }
    }

    @Setup
    public void fill() {
        contestant = store.with(grants);
        visitors = Visitor.shuffled(grants);
        for (int number = 0; number < grants; number++) {
            contestant.record(Visitor.number(number));
        }
        System.gc();
    }

    @TearDown
    public void close() {
        contestant.close();
    }

    @Benchmark
    public @Nullable Object find(Walk walk) {
        return contestant.find(walk.along(visitors));
    }

    @Benchmark
    public void record(Walk walk) {
        contestant.record(walk.along(visitors));
    }
}
