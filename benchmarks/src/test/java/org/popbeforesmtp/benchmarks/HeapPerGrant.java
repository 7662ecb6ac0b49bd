// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.benchmarks;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How much heap a grant takes: what is in use more after recording than before, each time after a full collection. That is
 * everything that lives on for its sake, the user's name and the address included.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@Fork(value = 1, jvmArgs = "-Xmx3g")
public class HeapPerGrant {

    @Param({"1000000"})
    public int grants;

    @Param({"MEMORY", "JAMES", "CAFFEINE", "MAP"})
    public Kind store = Kind.MEMORY;

    private Contestant contestant = Kind.MAP.with(0);

    /** What is told beside the duration. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Figures {
        public double bytesPerGrant;
    }

    @TearDown
    public void close() {
        contestant.close();
    }

    @Benchmark
    public void fill(Figures figures) {
        contestant = store.with(grants);
        long before = inUse();
        for (int number = 0; number < grants; number++) {
            contestant.record(Visitor.number(number));
        }
        figures.bytesPerGrant = (double) (inUse() - before) / grants;
    }

    private static long inUse() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
