// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.AuxCounters;
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
import org.popbeforesmtp.store.GrantStore;
import org.popbeforesmtp.store.Lifetime;

/** How evenly the same logins and look-ups are spread over the masters of a cluster, and how much of its memory a grant takes. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@Fork(1)
public class CommandsPerMaster {

    private static final Lifetime LIFETIME = Lifetime.of(Duration.ofMinutes(15));

    @Param({"100000"})
    public int grants;

    @Param({"1", "2", "3"})
    public int masters;

    private @Nullable RedisMasters cluster;
    private @Nullable GrantStore store;

    /** What is told beside the duration. A share of 100 % is the same number of commands as every other master's. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Figures {
        public double commandsPerLoginAndLookup;
        public double leastSharePercent;
        public double greatestSharePercent;
        public double bytesPerGrant;
    }

    @Setup
    public void start() {
        cluster = RedisMasters.cluster(masters);
        store = cluster.open();
    }

    @TearDown
    public void close() {
        Objects.requireNonNull(store).close();
        Objects.requireNonNull(cluster).close();
    }

    @Benchmark
    public void logInAndLookUp(Figures figures) {
        RedisMasters redis = Objects.requireNonNull(cluster);
        GrantStore open = Objects.requireNonNull(store);
        long[] before = redis.commands();
        long memoryBefore = redis.usedMemory();
        for (int number = 0; number < grants; number++) {
            open.record(RedisCalls.login(number), LIFETIME);
            open.find(RedisCalls.login(number).address());
        }
        long[] after = redis.commands();
        long[] each =
                IntStream.range(0, masters).mapToLong(i -> after[i] - before[i]).toArray();
        double even = (double) Arrays.stream(each).sum() / masters;
        figures.commandsPerLoginAndLookup = even * masters / grants;
        figures.leastSharePercent = 100 * Arrays.stream(each).min().orElseThrow() / even;
        figures.greatestSharePercent = 100 * Arrays.stream(each).max().orElseThrow() / even;
        figures.bytesPerGrant = (double) (redis.usedMemory() - memoryBefore) / grants;
    }
}
