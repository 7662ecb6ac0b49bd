// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.benchmarks;

import java.util.List;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Which benchmarks run, how large and how long. */
final class Plan {

    private static final String MILLION = "1000000";

    private Plan() {}

    /** What the documentation shows; ten to twelve minutes. */
    static List<Options> full() {
        return List.of(
                findAndRecord(1, 3, 500, "1000", MILLION, "10000000"),
                findAndRecord(2, 3, 500, "1000", MILLION, "10000000"),
                of(LongestPause.class).build(),
                of(HeapPerGrant.class).build());
    }

    /** The same with few grants, and too short to trust a figure; about a minute. */
    static List<Options> quick() {
        return List.of(
                findAndRecord(1, 1, 100, "1000", "100000"),
                findAndRecord(2, 1, 100, "1000", "100000"),
                of(LongestPause.class)
                        .param("grants", "100000")
                        .measurementIterations(1)
                        .build(),
                of(HeapPerGrant.class).param("grants", "100000").build());
    }

    private static Options findAndRecord(int threads, int iterations, int millis, String... grants) {
        return of(FindAndRecord.class)
                .param("grants", grants)
                .threads(threads)
                .forks(1)
                .jvmArgs("-Xms6g", "-Xmx6g")
                .warmupIterations(iterations)
                .warmupTime(TimeValue.milliseconds(millis))
                .measurementIterations(iterations)
                .measurementTime(TimeValue.milliseconds(millis))
                .build();
    }

    private static ChainedOptionsBuilder of(Class<?> benchmark) {
        return new OptionsBuilder()
                .include("\\Q" + benchmark.getName() + ".\\E")
                .shouldFailOnError(true);
    }
}
