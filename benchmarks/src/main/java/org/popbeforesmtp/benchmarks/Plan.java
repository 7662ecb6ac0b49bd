// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.benchmarks;

import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Which benchmarks run, how large and how long. */
final class Plan {

    private static final String CALLS = "(findHit|findMiss|record|mixed)$";
    private static final String GRANTS = "grants";
    private static final String STORE = "store";

    private final List<Options> runs = new ArrayList<>();

    private Plan() {}

    /** What the documentation shows. */
    static List<Options> full() {
        Plan plan = new Plan();
        for (int threads = 1; threads <= 2; threads++) {
            plan.add(timed(FindAndRecord.class, CALLS, threads, 5, 200, "1500m").param(GRANTS, "1000", "1000000"));
            plan.add(timed(FindAndRecord.class, "findAlone$", threads, 5, 200, "1500m")
                    .param(GRANTS, "1000000"));
            plan.add(timed(FindAndRecord.class, "find(Hit|Alone)$", threads, 5, 200, "1500m")
                    .param(GRANTS, "1000000")
                    .param(STORE, Contestants.DATED_MAP, Contestants.PRIMITIVES));
            plan.add(timed(FindAndRecord.class, CALLS, threads, 3, 200, "4g").param(GRANTS, "10000000"));
        }
        plan.add(of(LongestPause.class, ""));
        plan.add(of(HeapPerGrant.class, ""));
        plan.add(timed(SharedStores.class, "", 1, 3, 500, "1g"));
        plan.add(timed(SharedStores.class, "", 8, 3, 500, "1g"));
        plan.add(of(RedisMemoryPerGrant.class, ""));
        return plan.runs;
    }

    /** The same with few grants, and too short to trust a figure; about a minute. */
    static List<Options> quick() {
        Plan plan = new Plan();
        plan.add(timed(FindAndRecord.class, "", 1, 1, 50, "512m").param(GRANTS, "1000"));
        plan.add(timed(FindAndRecord.class, "find", 2, 1, 50, "512m").param(GRANTS, "1000"));
        plan.add(of(LongestPause.class, "")
                .param(GRANTS, "100000")
                .param("seconds", "1")
                .warmupIterations(0)
                .measurementIterations(1));
        plan.add(of(HeapPerGrant.class, "").param(GRANTS, "100000"));
        plan.add(timed(SharedStores.class, "", 8, 1, 50, "512m").param(GRANTS, "1000"));
        plan.add(of(RedisMemoryPerGrant.class, "").param(GRANTS, "10000"));
        return plan.runs;
    }

    private void add(ChainedOptionsBuilder run) {
        runs.add(run.build());
    }

    /** A heap that was touched before, so that no call waits for the machine to hand out memory. */
    private static ChainedOptionsBuilder timed(
            Class<?> benchmark, String methods, int threads, int iterations, int millis, String heap) {
        return of(benchmark, methods)
                .threads(threads)
                .forks(1)
                .jvmArgs("-Xms" + heap, "-Xmx" + heap, "-Xmn256m", "-XX:+AlwaysPreTouch")
                .warmupIterations(iterations)
                .warmupTime(TimeValue.milliseconds(millis))
                .measurementIterations(iterations)
                .measurementTime(TimeValue.milliseconds(millis));
    }

    private static ChainedOptionsBuilder of(Class<?> benchmark, String methods) {
        return new OptionsBuilder()
                .include("\\Q" + benchmark.getName() + ".\\E" + methods)
                .shouldFailOnError(true);
    }
}
