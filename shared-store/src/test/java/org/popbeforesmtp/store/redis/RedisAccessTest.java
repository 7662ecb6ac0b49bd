// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.popbeforesmtp.store.GrantStoreContract.BOB;
import static org.popbeforesmtp.store.GrantStoreContract.CLIENT;
import static org.popbeforesmtp.store.GrantStoreContract.LONG;
import static org.popbeforesmtp.store.GrantStoreContract.OTHER_CLIENT;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.popbeforesmtp.redis.RedisSettings;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.GrantQuery;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;
import org.popbeforesmtp.store.StoreStatus.State;
import org.popbeforesmtp.store.StoreUnavailableException;
import org.popbeforesmtp.store.Value;
import org.popbeforesmtp.store.ValueKey;

/** Users, passwords and what a user may do in Redis. */
class RedisAccessTest {

    private static final String RIGHTS = RedisDocumentation.rights();

    private static final String PASSWORD = "s3cret/p@ss";

    private final List<AutoCloseable> toClose = new ArrayList<>();

    @AfterEach
    void tearDown() throws Exception {
        for (AutoCloseable each : toClose) {
            each.close();
        }
    }

    static Stream<Path> releases() {
        return RedisBinary.all();
    }

    private RedisProcess redis(Path release) {
        RedisProcess redis = RedisProcess.start(release);
        toClose.add(redis);
        return redis;
    }

    private RedisGrantStore open(RedisSettings.Builder settings) {
        RedisGrantStore store =
                TestStores.open(settings.timeout(RedisProcess.PATIENCE).build(), Clock.systemUTC());
        toClose.add(0, store);
        return store;
    }

    private static void user(RedisProcess redis, String rights) {
        redis.execute(("ACL SETUSER pbs on >" + PASSWORD + " " + rights).split(" "));
    }

    @ParameterizedTest
    @MethodSource("releases")
    void theDocumentedRightsShouldSufficeAndEachBeUsed(Path release) {
        RedisProcess redis = redis(release);
        user(redis, RIGHTS);
        redis.execute("CONFIG", "RESETSTAT");
        RedisGrantStore store =
                open(RedisSettings.at(redis.url()).username("pbs").password(PASSWORD));

        Grant grant = store.record(BOB, LONG);
        assertThat(store.renew(grant, LONG)).isPresent();
        assertThat(store.find(CLIENT)).hasSize(1);
        assertThat(store.list(GrantQuery.all())).hasSize(1);
        ValueKey key = ValueKey.of("usage", "bob");
        store.values().update(key, (same, before) -> Optional.of(Value.of("x", LONG.toDuration())));
        assertThat(store.values().get(key)).isPresent();
        assertThat(store.values().list("usage", "")).hasSize(1);
        assertThat(store.values().update(key, (same, before) -> Optional.empty()))
                .isEmpty();
        await().untilAsserted(() -> assertThat(store.status().grants()).isEqualTo(1));
        assertThat(store.revoke(CLIENT)).isEqualTo(1);
        store.record(BOB, LONG);
        assertThat(store.revokeUser("bob@example.org")).isEqualTo(1);
        // A crowded address takes more commands.
        for (int i = 0; i < 6; i++) {
            store.record(Login.of(CLIENT, "user" + i, Protocol.POP3, true), LONG);
        }
        assertThat(store.revokeUser("user5")).isEqualTo(1);
        assertThat(store.status().state()).isEqualTo(State.AVAILABLE);
        assertThat(store.status().failures()).isZero();
        assertThat(commandsOf(redis)).containsAll(rightsToCommands());
    }

    private static Set<String> commandsOf(RedisProcess redis) {
        return new String((byte[]) redis.execute("INFO", "commandstats"), StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith("cmdstat_"))
                .map(line -> line.substring("cmdstat_".length(), line.indexOf(':')))
                .collect(Collectors.toSet());
    }

    private static List<String> rightsToCommands() {
        return Stream.of(RIGHTS.split(" "))
                .filter(right -> right.startsWith("+"))
                .map(right -> right.substring(1))
                .collect(Collectors.toList());
    }

    @Test
    void userAndPasswordShouldAlsoComeFromTheUrl() {
        RedisProcess redis = redis(RedisBinary.best());
        user(redis, RIGHTS + " +select");
        RedisGrantStore store = open(RedisSettings.at("redis://pbs:s3cret%2Fp%40ss@127.0.0.1:" + redis.port() + "/2"));

        store.record(BOB, LONG);

        assertThat(store.find(CLIENT)).hasSize(1);
    }

    @Test
    void aPasswordAloneShouldBeThatOfTheDefaultUser() {
        RedisProcess redis = RedisProcess.start(RedisBinary.best(), "--requirepass", PASSWORD);
        toClose.add(redis);
        RedisGrantStore store = open(RedisSettings.at(redis.url()).password(PASSWORD));

        store.record(BOB, LONG);

        assertThat(store.find(CLIENT)).hasSize(1);
    }

    @Test
    void aWrongPasswordShouldBeReportedWithoutIt() {
        RedisProcess redis = redis(RedisBinary.best());
        user(redis, RIGHTS);
        RedisGrantStore store =
                open(RedisSettings.at(redis.url()).username("pbs").password("wr0ng"));

        await().untilAsserted(() ->
                assertThat(store.status().cause()).contains("WRONGPASS").doesNotContain("wr0ng"));
        assertThat(store.status().state()).isEqualTo(State.DEGRADED);
        store.record(BOB, LONG);
        assertThatThrownBy(() -> store.find(OTHER_CLIENT))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("WRONGPASS")
                .hasMessageNotContaining("wr0ng");

        redis.execute("ACL", "SETUSER", "pbs", ">wr0ng");
        await().untilAsserted(() -> assertThat(store.status().state()).isEqualTo(State.AVAILABLE));
        assertThat(store.find(CLIENT)).hasSize(1);
    }

    @Test
    void aMissingPasswordShouldBeReported() {
        RedisProcess redis = RedisProcess.start(RedisBinary.best(), "--requirepass", PASSWORD);
        toClose.add(redis);

        RedisGrantStore store = open(RedisSettings.at(redis.url()));
        await().untilAsserted(() -> assertThat(store.status().cause()).contains("NOAUTH"));
    }

    @Test
    void aMissingRightShouldBeReported() {
        RedisProcess redis = redis(RedisBinary.best());
        user(redis, RIGHTS + " -evalsha -eval");
        RedisGrantStore store =
                open(RedisSettings.at(redis.url()).username("pbs").password(PASSWORD));

        await().untilAsserted(() -> assertThat(store.status().cause()).contains("NOPERM", "evalsha"));
        assertThat(store.status().state()).isEqualTo(State.DEGRADED);
        user(redis, RIGHTS + " -scan");
        await().untilAsserted(() -> assertThat(store.status().cause()).doesNotContain("evalsha"));
        store.record(BOB, LONG);
        assertThatThrownBy(() -> store.list(GrantQuery.all()))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("NOPERM");
        assertThat(store.find(CLIENT)).hasSize(1);
        // What is refused in the background is told as well.
        await().untilAsserted(() -> assertThat(store.status().cause()).contains("cannot be counted", "NOPERM"));
        assertThat(store.status().state()).isEqualTo(State.DEGRADED);
        user(redis, RIGHTS);
        await().untilAsserted(() -> assertThat(store.status().state()).isEqualTo(State.AVAILABLE));
    }

    @Test
    void theKeysOfAnotherInstallationShouldBeOutOfReach() {
        RedisProcess redis = redis(RedisBinary.best());
        user(redis, RIGHTS);
        RedisGrantStore store = open(
                RedisSettings.at(redis.url()).username("pbs").password(PASSWORD).keyPrefix("other"));

        await().untilAsserted(() -> assertThat(store.status().cause()).contains("NOPERM"));
    }
}
