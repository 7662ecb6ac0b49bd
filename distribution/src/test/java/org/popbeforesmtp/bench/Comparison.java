// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The batches of all candidates for one operation, round by round; the first candidate is the control. */
final class Comparison {

    private final String title;
    private final Map<String, List<Batch>> byCandidate = new LinkedHashMap<>();

    Comparison(String title, List<String> candidates) {
        this.title = title;
        candidates.forEach(name -> byCandidate.put(name, new ArrayList<>()));
    }

    void add(String candidate, Batch batch) {
        byCandidate.get(candidate).add(batch);
    }

    /** A table in Markdown: medians over the rounds, the ratios being those of each round to the control of that round. */
    void printTo(PrintStream out, String control) {
        out.println("### " + title);
        out.println();
        out.println("| | p50 (µs) | to the control | from .. to | p99 (µs) | to the control |"
                + " James's processor time (µs) | to the control |");
        out.println("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        List<Batch> controls = byCandidate.get(control);
        byCandidate.forEach((name, batches) -> {
            List<Double> p50 = ratios(batches, controls, Batch::p50Micros);
            List<Double> p99 = ratios(batches, controls, Batch::p99Micros);
            List<Double> processor = ratios(batches, controls, Batch::processorMicros);
            out.printf(
                    "| %s | %.0f | %.2f | %.2f .. %.2f | %.0f | %.2f | %.0f | %.2f |%n",
                    name,
                    median(batches.stream().map(Batch::p50Micros).toList()),
                    median(p50),
                    p50.stream().mapToDouble(ratio -> ratio).min().orElseThrow(),
                    p50.stream().mapToDouble(ratio -> ratio).max().orElseThrow(),
                    median(batches.stream().map(Batch::p99Micros).toList()),
                    median(p99),
                    median(batches.stream().map(Batch::processorMicros).toList()),
                    median(processor));
        });
        out.println();
    }

    private static List<Double> ratios(List<Batch> batches, List<Batch> controls, ToDoubleFunction<Batch> figure) {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < batches.size(); round++) {
            ratios.add(figure.applyAsDouble(batches.get(round)) / figure.applyAsDouble(controls.get(round)));
        }
        return ratios;
    }

    private static double median(List<Double> figures) {
        List<Double> sorted = figures.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
