// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.benchmarks;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
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
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * How long one look-up takes at the worst while every grant ends at once. One thread asks without a break and times each
 * call; another ends the grants. What else stops the asking thread, the scheduler above all, counts too: the map of which
 * nothing ends shows how much that is. All are watched for the same time, as the machine stops a thread the more often
 * the longer one looks.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 5)
@Fork(
        value = 1,
        jvmArgs = {"-Xms3g", "-Xmx3g", "-Xmn2g", "-XX:+AlwaysPreTouch"})
public class LongestPause {

    @Param({"1000000"})
    public int grants;

    @Param
    public Kind store = Kind.MEMORY;

    /** How long to watch at the least: as long as the product takes to let go of a million grants. */
    @Param({"12"})
    public int seconds;

    private Contestant contestant = Kind.MAP.with(0);
    private Visitor[] visitors = {};

    /** What is told of an iteration beside its duration. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Figures {
        public double longestMillis;
        public double p9999Micros;
    }

    @Setup(Level.Iteration)
    public void fill() {
        contestant = store.with(grants);
        visitors = Visitor.shuffled(grants);
        for (int number = 0; number < grants; number++) {
            contestant.record(Visitor.number(number));
        }
        System.gc();
    }

    @TearDown(Level.Iteration)
    public void close() {
        contestant.close();
    }

    @Benchmark
    public void whileAllEnd(Figures figures, Blackhole blackhole) throws InterruptedException {
        Histogram nanos = new Histogram(3);
        Thread ending = new Thread(this::endAll, "ending");
        ending.start();
        long start = System.nanoTime();
        long before = start;
        for (int i = 0; ending.isAlive() || before - start < TimeUnit.SECONDS.toNanos(seconds); i++) {
            blackhole.consume(contestant.find(visitors[i % visitors.length]));
            long after = System.nanoTime();
            nanos.recordValue(after - before);
            before = after;
        }
        ending.join();
        figures.longestMillis = nanos.getMaxValue() / 1e6;
        figures.p9999Micros = nanos.getValueAtPercentile(99.99) / 1e3;
    }

    private void endAll() {
        try {
            contestant.endAll();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
