// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** That the benchmarks still run; what they measure here is worth nothing. */
class BenchmarksTest {

    @ParameterizedTest
    @ValueSource(
            strings = {"FindAndRecord", "LongestPause", "HeapPerGrant", "CrowdedAddress", "RedisCalls", "CountingCost"})
    void eachShouldRun(String benchmark) throws Exception {
        OptionsBuilder options = new OptionsBuilder();
        options.include("\\." + benchmark + "\\.").shouldFailOnError(true).verbosity(VerboseMode.SILENT);
        options.forks(0).warmupIterations(0).measurementIterations(1).measurementTime(TimeValue.milliseconds(1));
        options.param("grants", "100").param("loginsBefore", "100").param("seconds", "0");

        assertThat(new Runner(options.build()).run()).isNotEmpty();
    }
}
