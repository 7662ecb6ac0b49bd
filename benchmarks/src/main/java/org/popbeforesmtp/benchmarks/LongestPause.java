// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.benchmarks;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
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
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;
import org.popbeforesmtp.store.Login;

/**
 * How long one find takes at the worst while every grant ends at once. One thread asks without a break and times each
 * call by the wall clock; another ends the grants and gives their memory back. What else stops the asking thread, the
 * scheduler above all, counts too; a contestant of which nothing ends shows how much that is. All are watched for the
 * same time, as the machine's own stops come the more often the longer one looks.
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

    @Param({Contestants.MEMORY, Contestants.JAMES, Contestants.MAP, Contestants.CAFFEINE, Contestants.NOTHING_ENDS})
    public String store = Contestants.MEMORY;

    /** How long to watch at the least; with a million grants as long as the product takes to give all memory back. */
    @Param({"12"})
    public int seconds;

    private Contestant<Object, Object> contestant = Contestants.of(Contestants.NOTHING_ENDS, 0);
    private Object[] addresses = {};

    /** What is told of an iteration beside its duration. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Figures {
        public double longestMicros;
        public double p9999Micros;
        public double p50Nanos;
        public double collections;
    }

    @Setup(Level.Iteration)
    public void fill() {
        contestant = Contestants.of(store, grants);
        addresses = new Object[grants];
        int[] order = Visitors.pick(0, grants);
        for (int i = 0; i < grants; i++) {
            Login login = Visitors.login(order[i % order.length]);
            addresses[i] = contestant.toAsk(login);
            contestant.record(contestant.toRecord(Visitors.login(i)));
        }
        System.gc();
    }

    @TearDown(Level.Iteration)
    public void close() {
        contestant.close();
    }

    @Benchmark
    public void whileAllEnd(Figures figures, Blackhole blackhole) throws InterruptedException {
        Histogram histogram = new Histogram();
        long collectionsBefore = collections();
        Thread ending = new Thread(this::endAll, "ending");
        ending.start();
        long least = TimeUnit.SECONDS.toNanos(seconds);
        long start = System.nanoTime();
        long before = start;
        for (int i = 0; ending.isAlive() || before - start < least; i++) {
            blackhole.consume(contestant.find(addresses[i % addresses.length]));
            long after = System.nanoTime();
            histogram.add(after - before);
            before = after;
        }
        ending.join();
        figures.longestMicros = histogram.longest() / 1e3;
        figures.p9999Micros = histogram.atShare(0.9999) / 1e3;
        figures.p50Nanos = histogram.atShare(0.5);
        figures.collections = collections() - collectionsBefore;
    }

    private void endAll() {
        try {
            contestant.endAll();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static long collections() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionCount)
                .sum();
    }
}
