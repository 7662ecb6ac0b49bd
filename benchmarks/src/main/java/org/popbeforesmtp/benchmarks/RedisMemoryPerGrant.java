// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.benchmarks;

import java.io.IOException;
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
import org.openjdk.jmh.annotations.Warmup;

/** How much memory of Redis a grant takes: used_memory after recording less used_memory before, by the number of grants. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 0)
@Measurement(iterations = 1)
@Fork(1)
public class RedisMemoryPerGrant {

    @Param({"1000000"})
    public int grants;

    /** What is told beside the duration. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Figures {
        public double bytesPerGrant;
    }

    @Benchmark
    public void fill(Figures figures) throws IOException {
        try (LocalRedis redis = LocalRedis.start();
                OpenStore open = OpenStore.redis(redis)) {
            long before = redis.usedMemory();
            open.fill(grants);
            figures.bytesPerGrant = (double) (redis.usedMemory() - before) / grants;
        }
    }
}
