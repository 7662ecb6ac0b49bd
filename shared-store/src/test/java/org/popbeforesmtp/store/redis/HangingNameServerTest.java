// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.popbeforesmtp.store.GrantStoreContract.BOB;
import static org.popbeforesmtp.store.GrantStoreContract.CLIENT;
import static org.popbeforesmtp.store.GrantStoreContract.LONG;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.popbeforesmtp.redis.RedisSettings;
import org.popbeforesmtp.store.StoreStatus.State;
import org.popbeforesmtp.store.StoreUnavailableException;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.args.ClientType;
import redis.clients.jedis.params.ClientKillParams;

/**
 * A look-up of a host name that is never answered, and that nothing can interrupt. The store runs in a Java of its own, which
 * reads its host names from a file; the file is a pipe that nobody writes.
 */
@Timeout(60)
class HangingNameServerTest {

    private static final Duration TIMEOUT = Duration.ofMillis(250);

    /** What a busy machine may add, which has to load the classes first; without a bound it would wait for ever. */
    private static final Duration SLACK = Duration.ofSeconds(1);

    /** How long the opening of a store waits for its first connection. */
    private static final Duration FIRST_TRY = Duration.ofSeconds(1);

    @TempDir
    private Path directory;

    @Test
    void noCallShouldWaitLongerThanTheTimeoutOnceTheNameServerHangs() throws Exception {
        try (RedisProcess redis = RedisProcess.start(RedisBinary.best())) {
            Files.writeString(hosts(), "127.0.0.1 redis.example\n");
            makePipe(pipe());

            List<String> lines = output("once", "redis://redis.example:" + redis.port());

            assertThat(lines.get(0)).isEqualTo("found 1");
            assertThat(durations(lines))
                    .hasSize(40)
                    .allSatisfy(time -> assertThat(time).isLessThan(TIMEOUT.plus(SLACK)));
            assertThat(lines).last().asString().contains("DEGRADED", "no answer in time");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://redis.example",
                "redis-sentinel://redis.example#master",
                "redis://redis.example,redis://other.example"
            })
    void aNameServerThatHangsFromTheStartShouldNotKeepTheStoreFromOpening(String url) throws Exception {
        makePipe(hosts());

        List<String> lines = output("always", url);

        List<Duration> durations = durations(lines);
        assertThat(durations).hasSize(41);
        assertThat(durations.get(0)).isLessThan(FIRST_TRY.plusSeconds(9));
        assertThat(durations.subList(1, 41)).allSatisfy(time -> assertThat(time).isLessThan(TIMEOUT.plus(SLACK)));
        assertThat(lines).last().asString().contains("DEGRADED");
    }

    private Path hosts() {
        return directory.resolve("hosts");
    }

    private Path pipe() {
        return directory.resolve("pipe");
    }

    private static void makePipe(Path path) throws Exception {
        assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor())
                .isZero();
    }

    private List<String> output(String mode, String url) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(
                        java,
                        "-XX:-UsePerfData",
                        "-XX:TieredStopAtLevel=1",
                        "-Djdk.net.hosts.file=" + hosts(),
                        "-Dsun.net.inetaddr.ttl=0",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
                        "-classpath",
                        System.getProperty("java.class.path"),
                        HangingNameServerTest.class.getName(),
                        mode,
                        url,
                        hosts().toString(),
                        pipe().toString())
                .redirectErrorStream(true)
                .start();
        try {
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .collect(Collectors.toList());
        } finally {
            process.destroyForcibly();
        }
    }

    private static List<Duration> durations(List<String> lines) {
        return lines.stream()
                .filter(line -> line.startsWith("PT"))
                .map(Duration::parse)
                .collect(Collectors.toList());
    }

    // ---- the other process

    public static void main(String[] arguments) throws Exception {
        RedisSettings settings = RedisSettings.at(arguments[1]).timeout(TIMEOUT).build();
        if (arguments[0].equals("always")) {
            RedisGrantStore[] opened = new RedisGrantStore[1];
            time(() -> opened[0] = TestStores.open(settings, Clock.systemUTC()));
            call(opened[0]);
        } else {
            RedisGrantStore store = TestStores.open(settings, Clock.systemUTC());
            await().until(() -> store.status().state() == State.AVAILABLE);
            store.record(BOB, LONG);
            System.out.println("found " + store.find(CLIENT).size());
            Files.move(Path.of(arguments[3]), Path.of(arguments[2]), StandardCopyOption.REPLACE_EXISTING);
            closeConnections(Integer.parseInt(arguments[1].replaceFirst(".*:", "")));
            call(store);
        }
        // Some threads hang for good.
        Runtime.getRuntime().halt(0);
    }

    private static void closeConnections(int port) {
        try (Jedis redis = new Jedis("127.0.0.1", port)) {
            redis.clientKill(
                    ClientKillParams.clientKillParams().type(ClientType.NORMAL).skipMe(ClientKillParams.SkipMe.YES));
        }
    }

    private static void call(RedisGrantStore store) throws InterruptedException {
        for (int i = 0; i < 20; i++) {
            time(() -> store.record(BOB, LONG));
            time(() -> {
                try {
                    store.find(CLIENT);
                } catch (StoreUnavailableException e) {
                    // As it should.
                    return;
                }
            });
            TimeUnit.MILLISECONDS.sleep(100);
        }
        System.out.println(store.status());
    }

    private static void time(Runnable work) {
        long start = System.nanoTime();
        work.run();
        System.out.println(Duration.ofNanos(System.nanoTime() - start));
    }
}
