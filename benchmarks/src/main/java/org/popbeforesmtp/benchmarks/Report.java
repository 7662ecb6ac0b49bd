// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Turns what JMH measured into tables, ratios first. */
final class Report {

    private static final List<String> CALLS = List.of("findHit", "findAlone", "findMiss", "record", "mixed");
    private static final String ABSENT = "";

    private final List<Measured> all;

    private Report(List<Measured> all) {
        this.all = all;
    }

    /** The tables on a file that JMH wrote. */
    static String of(Path json) throws IOException {
        List<Measured> all = StreamSupport.stream(
                        new ObjectMapper().readTree(json.toFile()).spliterator(), false)
                .map(Measured::new)
                .collect(Collectors.toUnmodifiableList());
        return new Report(all).text();
    }

    private String text() {
        return calls() + pauses() + heap() + stores() + redisMemory();
    }

    private String calls() {
        StringBuilder text = new StringBuilder();
        for (String call : CALLS) {
            Table table = new Table(
                    call,
                    "grants",
                    "threads",
                    "James / memory",
                    "Caffeine / memory",
                    "memory / map",
                    "memory / dated map",
                    "memory / primitives",
                    "memory, ns",
                    "James, ns",
                    "Caffeine, ns",
                    "map, ns",
                    "primitives, ns");
            ToDoubleFunction<Measured> time =
                    call.equals("findAlone") ? result -> result.percentile("50.0") : Measured::median;
            results("FindAndRecord." + call)
                    .filter(result -> result.store().equals(Contestants.MEMORY))
                    .forEach(memory -> addCall(table, memory, time));
            text.append(table);
        }
        return text.toString();
    }

    private void addCall(Table table, Measured memory, ToDoubleFunction<Measured> time) {
        table.row(
                String.format(Locale.ROOT, "%,d", memory.grants()),
                "" + memory.threads(),
                ratio(beside(memory, Contestants.JAMES), Optional.of(memory), time),
                ratio(beside(memory, Contestants.CAFFEINE), Optional.of(memory), time),
                ratio(Optional.of(memory), beside(memory, Contestants.MAP), time),
                ratio(Optional.of(memory), beside(memory, Contestants.DATED_MAP), time),
                ratio(Optional.of(memory), beside(memory, Contestants.PRIMITIVES), time),
                number(Optional.of(memory), time),
                number(beside(memory, Contestants.JAMES), time),
                number(beside(memory, Contestants.CAFFEINE), time),
                number(beside(memory, Contestants.MAP), time),
                number(beside(memory, Contestants.PRIMITIVES), time));
    }

    private String pauses() {
        Table table = new Table(
                "Longest find while all grants end",
                "store",
                "grants",
                "longest, ms (middle of the rounds)",
                "longest, ms (best round)",
                "longest, ms (worst round)",
                "99.99 %, ms",
                "collections");
        results("LongestPause.whileAllEnd")
                .forEach(result -> table.row(
                        result.store(),
                        String.format(Locale.ROOT, "%,d", result.grants()),
                        millis(result.figure("longestMicros")),
                        millis(result.best("longestMicros")),
                        millis(result.worst("longestMicros")),
                        millis(result.figure("p9999Micros")),
                        whole(result.worst("collections"))));
        return table.toString();
    }

    private String heap() {
        Table table = new Table("Heap per grant", "grants", "store", "bytes");
        results("HeapPerGrant.fill")
                .forEach(result -> table.row(
                        String.format(Locale.ROOT, "%,d", result.grants()),
                        result.store(),
                        whole(result.figure("bytesPerGrant"))));
        return table.toString();
    }

    private String stores() {
        Table table = new Table(
                "The stores beside one another",
                "call",
                "threads",
                "store",
                "p50 / memory",
                "p50 / plain GET",
                "p50, µs",
                "p99, µs");
        Stream.of("SharedStores.find", "SharedStores.record", "SharedStores.plainGet")
                .flatMap(this::results)
                .forEach(result -> addStore(table, result));
        return table.toString();
    }

    private void addStore(Table table, Measured result) {
        ToDoubleFunction<Measured> p50 = each -> each.percentile("50.0");
        Optional<Measured> get = results("SharedStores.plainGet")
                .filter(each -> each.threads() == result.threads())
                .findFirst();
        table.row(
                result.benchmark().substring("SharedStores.".length()),
                "" + result.threads(),
                result.store(),
                ratio(Optional.of(result), beside(result, Contestants.MEMORY), p50),
                result.store().equals("redis") ? ratio(Optional.of(result), get, p50) : ABSENT,
                decimal(p50.applyAsDouble(result) / 1e3),
                decimal(result.percentile("99.0") / 1e3));
    }

    private String redisMemory() {
        Table table = new Table("Memory of Redis per grant", "grants", "bytes");
        results("RedisMemoryPerGrant.fill")
                .forEach(result -> table.row(
                        String.format(Locale.ROOT, "%,d", result.grants()), whole(result.figure("bytesPerGrant"))));
        return table.toString();
    }

    private Stream<Measured> results(String benchmark) {
        return all.stream()
                .filter(result -> result.benchmark().equals(benchmark))
                .sorted(Comparator.comparingInt(Measured::grants).thenComparingInt(Measured::threads));
    }

    private Optional<Measured> beside(Measured result, String store) {
        return results(result.benchmark())
                .filter(other -> other.store().equals(store)
                        && other.grants() == result.grants()
                        && other.threads() == result.threads())
                .findFirst();
    }

    private static String ratio(
            Optional<Measured> dividend, Optional<Measured> divisor, ToDoubleFunction<Measured> time) {
        if (dividend.isEmpty() || divisor.isEmpty()) {
            return ABSENT;
        }
        return decimal(time.applyAsDouble(dividend.get()) / time.applyAsDouble(divisor.get()));
    }

    private static String number(Optional<Measured> result, ToDoubleFunction<Measured> time) {
        return result.map(each -> whole(time.applyAsDouble(each))).orElse(ABSENT);
    }

    private static String millis(double micros) {
        return decimal(micros / 1e3);
    }

    private static String whole(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%,.2f", value);
    }
}
