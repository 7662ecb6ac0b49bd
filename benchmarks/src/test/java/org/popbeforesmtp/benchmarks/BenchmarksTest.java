// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** That everything runs and is reported; how long it takes is nobody's business here. */
class BenchmarksTest {

    @TempDir
    Path folder;

    @Test
    void everyBenchmarkShouldRunAndBeReported() throws Exception {
        List<Options> plan =
                Plan.quick().stream().map(BenchmarksTest::shortened).collect(Collectors.toUnmodifiableList());

        Benchmarks.run(plan, folder.resolve("results.json"));

        assertThat(Report.of(folder.resolve("results.json")))
                .containsPattern("### findHit\n\n.*\n.*\n\\| 100 \\| 1 \\|( [\\d.,]* \\|){10}\n")
                .containsPattern("### findAlone\n\n.*\n.*\n\\| 100 \\| 1 \\|")
                .containsPattern("### findMiss\n\n.*\n.*\n\\| 100 \\| 1 \\|")
                .containsPattern("### record\n\n.*\n.*\n\\| 100 \\| 1 \\|")
                .containsPattern("### mixed\n\n.*\n.*\n\\| 100 \\| 1 \\|")
                .containsPattern("\\| nothing ends \\| 100 \\|( [\\d.,]+ \\|){5}\n")
                .containsPattern("\\| 100 \\| caffeine \\| -?\\d")
                .containsPattern("\\| find \\| 8 \\| redis \\|( [\\d.,]+ \\|){4}\n")
                .containsPattern("\\| record \\| 8 \\| file \\|")
                .containsPattern("### Memory of Redis per grant\n\n.*\n.*\n\\| 100 \\| \\d");
    }

    /** In this process, once, with few grants. */
    private static Options shortened(Options options) {
        return new OptionsBuilder()
                .parent(options)
                .param("grants", "100")
                .forks(0)
                .warmupIterations(0)
                .measurementIterations(1)
                .measurementTime(TimeValue.milliseconds(10))
                .build();
    }
}
