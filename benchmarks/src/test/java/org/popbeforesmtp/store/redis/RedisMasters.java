// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.popbeforesmtp.redis.RedisSettings;
import org.popbeforesmtp.redis.RedisSettings.Topology;
import org.popbeforesmtp.store.GrantStore;
import org.popbeforesmtp.store.StoreLimits;

/** One Redis by itself, or a cluster of so many masters, each a process of its own on a loopback port. */
public final class RedisMasters implements AutoCloseable {

    /** Longer than in production: a busy machine must not look like an outage. */
    static final Duration TIMEOUT = Duration.ofSeconds(2);

    private static final int SLOTS = 16_384;

    private final List<RedisProcess> nodes;
    private final Topology topology;

    private RedisMasters(List<RedisProcess> nodes, Topology topology) {
        this.nodes = nodes;
        this.topology = topology;
    }

    public static RedisMasters standalone() {
        return new RedisMasters(List.of(RedisProcess.start(RedisBinary.best())), Topology.STANDALONE);
    }

    static RedisMasters cluster(int masters) {
        List<RedisProcess> nodes = IntStream.range(0, masters)
                .mapToObj(i -> RedisProcess.start(RedisBinary.best(), "--cluster-enabled", "yes"))
                .collect(Collectors.toUnmodifiableList());
        for (int i = 0; i < masters; i++) {
            nodes.get(i)
                    .execute("CLUSTER", "MEET", "127.0.0.1", "" + nodes.get(0).port());
            nodes.get(i).execute("CLUSTER ADDSLOTS " + slots(i * SLOTS / masters, (i + 1) * SLOTS / masters));
        }
        RedisMasters cluster = new RedisMasters(nodes, Topology.CLUSTER);
        await().atMost(Duration.ofSeconds(20)).until(cluster::isComplete);
        return cluster;
    }

    private static String slots(int first, int end) {
        return IntStream.range(first, end).mapToObj(String::valueOf).collect(Collectors.joining(" "));
    }

    private boolean isComplete() {
        return nodes.stream()
                .map(node -> text(node.execute("CLUSTER INFO")))
                .allMatch(info -> info.contains("cluster_state:ok")
                        && info.contains("cluster_known_nodes:" + nodes.size())
                        && info.contains("cluster_slots_assigned:" + SLOTS));
    }

    public GrantStore open() {
        return RedisGrantStore.open(settings(), StoreLimits.of(1, () -> 100), Clock.systemUTC());
    }

    RedisSettings settings() {
        String urls = nodes.stream().map(RedisProcess::url).collect(Collectors.joining(","));
        return RedisSettings.at(urls).topology(topology).timeout(TIMEOUT).build();
    }

    /** How many commands each has processed, those within scripts included. */
    long[] commands() {
        return nodes.stream()
                .mapToLong(node -> number(text(node.execute("INFO stats")), "total_commands_processed:"))
                .toArray();
    }

    /** What all of them have allocated, in bytes. */
    long usedMemory() {
        return nodes.stream()
                .mapToLong(node -> number(text(node.execute("INFO memory")), "used_memory:"))
                .sum();
    }

    int port() {
        return nodes.get(0).port();
    }

    private static String text(Object reply) {
        return new String((byte[]) reply, StandardCharsets.UTF_8);
    }

    private static long number(String info, String name) {
        return info.lines()
                .filter(line -> line.startsWith(name))
                .mapToLong(line -> Long.parseLong(line.substring(name.length())))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        nodes.forEach(RedisProcess::close);
    }
}
