// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popbeforesmtp.store.GrantStoreContract.BOB;
import static org.popbeforesmtp.store.GrantStoreContract.LONG;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Types what docs/redis.md shows. It needs a redis-cli, which comes with the system's redis-server. */
@Tag("real-peers")
class RedisDocumentationTest {

    private static final RedisProcess REDIS = RedisProcess.start(RedisBinary.best());

    @BeforeEach
    void setUp() {
        REDIS.execute("FLUSHALL");
        try (RedisGrantStore store = TestStores.open(REDIS.settings().build(), Clock.systemUTC())) {
            store.record(BOB, LONG);
        }
    }

    @AfterAll
    static void stop() {
        REDIS.close();
    }

    static List<String> commands() {
        return RedisDocumentation.commands();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void eachCommandShouldWork(String command) throws Exception {
        assertThat(output(command)).isNotBlank().doesNotContain("ERR", "NOPERM", "error");
    }

    @Test
    void whatIsShownShouldBeThere() throws Exception {
        List<String> commands = commands();

        assertThat(output(commands.get(0))).contains("tls bob@example.org\npop3 ");
        assertThat(Long.parseLong(output(commands.get(1)).trim()))
                .isBetween(1L, LONG.toDuration().toMillis());
        assertThat(output(commands.get(2))).isEqualTo("{pbs:15}:2:grants:192.0.2.1\n");
        assertThat(output(commands.get(commands.size() - 1))).isEqualTo("tls bob@example.org\n");
    }

    @Test
    void nothingShouldBeLeftAfterTheRemoval() throws Exception {
        assertThat(output(commands().get(3))).isNotBlank();

        assertThat(REDIS.execute("DBSIZE")).isEqualTo(0L);
    }

    @Test
    void theReaderShouldReadTheGrantsAndDoNothingElse() throws Exception {
        List<String> commands = commands();
        for (String command : commands) {
            if (command.contains("SETUSER reader")) {
                output(command);
            }
        }
        String reader = "redis-cli --user reader --pass secret --no-auth-warning ";
        String lookUp = commands.get(commands.size() - 1);

        assertThat(output(lookUp.replace("redis-cli ", reader))).isEqualTo("tls bob@example.org\n");
        assertThat(output(reader + "HGETALL '{pbs:15}:2:grants:192.0.2.1'")).contains("tls bob@example.org\npop3 ");
        assertThat(output(reader + "HGETALL '{pbs:15}:2:revoking'")).isBlank();
        assertThat(output(reader + "TIME")).matches("\\d+\n\\d+\n");
        for (String refused : List.of("HSET '{pbs:15}:2:grants:192.0.2.1' x y", "KEYS '*'", "HGETALL other")) {
            assertThat(output(reader + refused + " || true")).contains("NOPERM");
        }
    }

    private static String output(String command) throws Exception {
        Process process = new ProcessBuilder(
                        "bash", "-c", command.replace("redis-cli ", "redis-cli -p " + REDIS.port() + " "))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
