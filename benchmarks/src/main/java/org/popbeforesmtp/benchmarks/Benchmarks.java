// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;

/** Runs all benchmarks and writes {@code benchmarks.json} and the report on it, {@code benchmarks.md}, into a folder. */
public final class Benchmarks {

    private Benchmarks() {}

    /**
     * Runs and reports.
     *
     * @param args {@code full} or {@code quick}, and the folder
     */
    public static void main(String[] args) throws RunnerException, IOException {
        Path folder = Files.createDirectories(Path.of(args[1]));
        Path json = folder.resolve("benchmarks.json");
        run(args[0].equals("quick") ? Plan.quick() : Plan.full(), json);
        String report = Report.of(json);
        Files.writeString(folder.resolve("benchmarks.md"), report);
        System.out.println(report);
    }

    static void run(List<Options> plan, Path json) throws RunnerException, IOException {
        List<RunResult> results = new ArrayList<>();
        for (Options options : plan) {
            results.addAll(new Runner(options).run());
        }
        try (PrintStream out = new PrintStream(json.toFile(), StandardCharsets.UTF_8)) {
            ResultFormatFactory.getInstance(ResultFormatType.JSON, out).writeOut(results);
        }
    }
}
