// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How much heap a grant takes: what is in use more after recording than before, each time after a full collection,
 * divided by the number of grants. That is everything that lives on for their sake: the user's name, the address, the
 * table itself and the notes on when to sweep.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@Fork(value = 1, jvmArgs = "-Xmx7g")
public class HeapPerGrant {

    @Param({"1000000", "10000000"})
    public int grants;

    @Param({Contestants.MEMORY, Contestants.JAMES, Contestants.MAP, Contestants.CAFFEINE})
    public String store = Contestants.MEMORY;

    private Contestant<Object, Object> contestant = Contestants.of(Contestants.NOTHING_ENDS, 0);

    /** What is told of an iteration beside its duration. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Figures {
        public double bytesPerGrant;
    }

    @TearDown(Level.Trial)
    public void close() {
        contestant.close();
    }

    @Benchmark
    public void fill(Figures figures) {
        contestant = Contestants.of(store, grants);
        long before = inUse();
        for (int visitor = 0; visitor < grants; visitor++) {
            contestant.record(contestant.toRecord(Visitors.login(visitor)));
        }
        figures.bytesPerGrant = (double) (inUse() - before) / grants;
    }

    private static long inUse() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
