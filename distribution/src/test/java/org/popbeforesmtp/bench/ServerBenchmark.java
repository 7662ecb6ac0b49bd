// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.bench;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.e2e.Build;
import org.popbeforesmtp.e2e.JamesBuilder;
import org.popbeforesmtp.e2e.JamesServer;
import org.popbeforesmtp.e2e.Ports;
import org.popbeforesmtp.e2e.TestRedis;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;
import org.popbeforesmtp.store.StoreLimits;
import org.popbeforesmtp.store.file.FileGrantStore;
import redis.embedded.RedisServer;

/**
 * What a client of a whole server feels of the extension: real James processes side by side over loopback, in alternating
 * batches of one run, with and without it. The control runs twice: what the second differs from the first is the noise.
 *
 * <p>System properties: {@code bench.rounds}, {@code bench.millis} of a batch, {@code bench.warmUp} (milliseconds of each
 * operation at each server before the first round), {@code bench.stores} and {@code bench.operations} (some of them, separated
 * by commas), {@code bench.grants} of the growth table (0: none).
 */
public final class ServerBenchmark {

    private static final int[] CLIENTS = {1, 8};
    private static final String CONTROL = "without";

    private final int rounds = Integer.getInteger("bench.rounds", 10);
    private final Duration batch = Duration.ofMillis(Integer.getInteger("bench.millis", 700));
    private final Duration warmUp = Duration.ofMillis(Integer.getInteger("bench.warmUp", 10_000));
    private final List<String> stores = list("bench.stores", "memory,file,redis");
    private final Operation[] operations = list(
                    "bench.operations",
                    Arrays.stream(Operation.values()).map(Operation::name).collect(Collectors.joining(",")))
            .stream()
            .map(Operation::valueOf)
            .toArray(Operation[]::new);
    private final PrintStream out;

    private ServerBenchmark(PrintStream out) {
        this.out = out;
    }

    /** Prints the tables, in Markdown, and writes them into a file beside. */
    public static void main(String[] arguments) throws Exception {
        Path report = Build.target().resolve("server-benchmark.md");
        try (PrintStream file = new PrintStream(report.toFile(), StandardCharsets.UTF_8)) {
            ServerBenchmark benchmark = new ServerBenchmark(file);
            benchmark.compareStores();
            int grants = Integer.getInteger("bench.grants", 1_000_000);
            if (grants > 0) {
                benchmark.compareSizes(grants);
            }
        }
        System.out.println("The tables are in " + report);
    }

    private void compareStores() throws Exception {
        RedisServer redis = TestRedis.at(Ports.free());
        redis.start();
        List<Candidate> candidates = new ArrayList<>();
        try {
            candidates.add(Candidate.control(CONTROL));
            candidates.add(Candidate.control("without, again"));
            for (String store : stores) {
                candidates.add(Candidate.with(
                        store,
                        james(store)
                                .with("store", store)
                                .with(
                                        "redis.url",
                                        "redis://127.0.0.1:" + redis.ports().get(0))
                                .with("redis.timeout", "2s")));
            }
            compare(candidates, operations);
        } finally {
            candidates.forEach(Candidate::close);
            redis.stop();
        }
    }

    private void compareSizes(int most) throws Exception {
        List<Candidate> candidates = new ArrayList<>();
        try {
            candidates.add(Candidate.control(CONTROL));
            for (int grants : new int[] {0, most / 100, most}) {
                JamesBuilder james = james("grants-" + grants).with("store.maxGrants", String.valueOf(2 * most));
                fill(james, grants);
                Candidate candidate = Candidate.with("file, " + grants + " grants", james);
                candidates.add(candidate);
                out.printf("James with %d grants in its file started in %.1f s.%n%n", grants, seconds(candidate));
            }
            compare(candidates, Operation.TRANSACTION, Operation.LOGIN);
        } finally {
            candidates.forEach(Candidate::close);
        }
    }

    private static List<String> list(String property, String defaults) {
        return List.of(System.getProperty(property, defaults).split(","));
    }

    private static double seconds(Candidate candidate) {
        return candidate.startTime().toMillis() / 1000.0;
    }

    private static JamesBuilder james(String name) {
        return JamesServer.named("bench-" + name)
                .file("webadmin.properties", "extensions.routes=org.popbeforesmtp.webadmin.GrantRoutes\n");
    }

    private static void fill(JamesBuilder james, int grants) {
        Path file = james.root().resolve("var/pop-before-smtp/grants.mv.db");
        StoreLimits limits = StoreLimits.of(2L * grants + 1, () -> StoreLimits.MANY_USERS);
        try (FileGrantStore store = FileGrantStore.open(file, Clock.systemUTC(), limits)) {
            for (int i = 0; i < grants; i++) {
                ClientAddress client = ClientAddress.parse("10." + i / 65_536 + "." + i / 256 % 256 + "." + i % 256);
                store.record(
                        Login.of(client, "user" + i + "@example.org", Protocol.POP3, false), Lifetime.parse("24h"));
            }
        }
    }

    private void compare(List<Candidate> candidates, Operation... operations) throws InterruptedException {
        candidates.forEach(candidate -> candidate.withClients(CLIENTS[CLIENTS.length - 1]));
        for (Operation operation : operations) {
            for (int clients : CLIENTS) {
                compare(candidates, operation, clients);
            }
        }
    }

    private void compare(List<Candidate> candidates, Operation operation, int clients) throws InterruptedException {
        Comparison comparison = new Comparison(
                operation + ", " + clients + (clients == 1 ? " client" : " clients"),
                candidates.stream().map(Candidate::name).toList());
        List<Candidate> order = new ArrayList<>(candidates);
        for (Candidate candidate : order) {
            Batch.run(candidate.james(), operation, clients, warmUp);
        }
        long[] lookups = candidates.stream().mapToLong(Candidate::lookups).toArray();
        for (int round = 0; round < rounds; round++) {
            for (Candidate candidate : order) {
                comparison.add(candidate.name(), Batch.run(candidate.james(), operation, clients, batch));
            }
            Collections.rotate(order, 1);
        }
        comparison.printTo(out, CONTROL);
        if (operation == Operation.INBOUND) {
            for (int i = 0; i < lookups.length; i++) {
                out.printf(
                        "%s: the store was asked %d times.%n%n",
                        candidates.get(i).name(), candidates.get(i).lookups() - lookups[i]);
            }
        }
    }
}
