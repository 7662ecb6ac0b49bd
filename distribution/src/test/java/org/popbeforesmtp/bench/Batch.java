// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.popbeforesmtp.e2e.JamesServer;

/**
 * What some clients measured at one server within a second or so.
 *
 * @param processorMicros how much processor time the server took for each operation, with what is not timed between two of them
 */
record Batch(double p50Micros, double p99Micros, double processorMicros) {

    static Batch run(JamesServer james, Operation operation, int clients, Duration duration)
            throws InterruptedException {
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try {
            List<Stopwatch> stopwatches = IntStream.range(0, clients)
                    .mapToObj(client -> Stopwatch.runningFor(duration))
                    .toList();
            Duration processorTime = james.processorTime();
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                Client client = new Client(i);
                Stopwatch stopwatch = stopwatches.get(i);
                running.add(threads.submit(() -> operation.repeat(james, client, stopwatch)));
            }
            for (Future<?> each : running) {
                each.get();
            }
            return of(stopwatches, james.processorTime().minus(processorTime));
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }

    private static Batch of(List<Stopwatch> stopwatches, Duration processorTime) {
        long[] nanos = stopwatches.stream()
                .flatMap(stopwatch -> stopwatch.nanos().stream())
                .mapToLong(Long::longValue)
                .sorted()
                .toArray();
        return new Batch(percentile(nanos, 50), percentile(nanos, 99), processorTime.toNanos() / 1000.0 / nanos.length);
    }

    private static double percentile(long[] sortedNanos, int percent) {
        return sortedNanos[(int) ((sortedNanos.length - 1L) * percent / 100)] / 1000.0;
    }
}
