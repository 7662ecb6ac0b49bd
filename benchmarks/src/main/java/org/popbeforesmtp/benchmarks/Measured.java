// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.DoubleStream;
import java.util.stream.StreamSupport;

/** One result in the JSON that JMH writes. */
final class Measured {

    private final JsonNode result;

    Measured(JsonNode result) {
        this.result = result;
    }

    /** The benchmark's class and method, without the package: {@code FindAndRecord.findHit}. */
    String benchmark() {
        String name = result.path("benchmark").asText();
        int method = name.lastIndexOf('.');
        return name.substring(name.lastIndexOf('.', method - 1) + 1);
    }

    int threads() {
        return result.path("threads").asInt();
    }

    String store() {
        return result.path("params").path("store").asText();
    }

    int grants() {
        return result.path("params").path("grants").asInt();
    }

    /** The middle one of the iterations, which a neighbour's burst of work moves least. */
    double median() {
        double[] sorted = raw(result.path("primaryMetric")).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    double percentile(String percent) {
        return result.path("primaryMetric")
                .path("scorePercentiles")
                .path(percent)
                .asDouble();
    }

    double figure(String name) {
        double[] sorted = raw(secondary(name)).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    double worst(String name) {
        return raw(secondary(name)).max().orElseThrow();
    }

    double best(String name) {
        return raw(secondary(name)).min().orElseThrow();
    }

    private JsonNode secondary(String name) {
        return result.path("secondaryMetrics").path(name);
    }

    private static DoubleStream raw(JsonNode metric) {
        return StreamSupport.stream(metric.path("rawData").spliterator(), false)
                .flatMap(fork -> StreamSupport.stream(fork.spliterator(), false))
                .mapToDouble(JsonNode::asDouble);
    }
}
