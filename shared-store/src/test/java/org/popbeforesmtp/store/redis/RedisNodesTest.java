// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;
import static org.popbeforesmtp.store.GrantStoreContract.BOB;
import static org.popbeforesmtp.store.GrantStoreContract.CLIENT;
import static org.popbeforesmtp.store.GrantStoreContract.LONG;
import static org.popbeforesmtp.store.GrantStoreContract.OTHER_CLIENT;
import static org.popbeforesmtp.store.GrantStoreContract.SHORT;
import static org.popbeforesmtp.store.GrantStoreContract.UNKNOWN;
import static org.popbeforesmtp.store.redis.TwoNodes.HERE;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.redis.RedisSettings;
import org.popbeforesmtp.runtime.MutableClock;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.GrantQuery;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;
import org.popbeforesmtp.store.StoreLimits;

/** Several nodes with one Redis, and what lies in it. */
class RedisNodesTest {

    @RegisterExtension
    static final TwoNodes NODES = TwoNodes.inStep();

    private static final long DAY = Duration.ofHours(24).toMillis();

    private RedisGrantStore pop3Node;
    private RedisGrantStore smtpNode;

    @BeforeEach
    void setUp() {
        pop3Node = NODES.node();
        smtpNode = NODES.other();
    }

    @Test
    void findShouldSeeWhatAnotherNodeHasRecorded() {
        Grant grant = pop3Node.record(BOB, LONG);

        assertThat(smtpNode.find(CLIENT)).singleElement().satisfies(found -> {
            assertThat(found.login()).isEqualTo(BOB);
            assertThat(found.expiresAt()).isCloseTo(grant.expiresAt(), within(50, ChronoUnit.MILLIS));
        });
    }

    @Test
    void revocationsShouldReachAnotherNodeAtOnce() {
        Grant bobs = pop3Node.record(BOB, LONG);
        Grant bobsToo = pop3Node.record(BOB.from(OTHER_CLIENT), LONG);

        assertThat(smtpNode.revoke(CLIENT)).isEqualTo(1);
        assertThat(pop3Node.find(CLIENT)).isEmpty();
        assertThat(pop3Node.renew(bobs, LONG)).isEmpty();

        assertThat(smtpNode.revokeUser("bob@example.org")).isEqualTo(1);
        assertThat(pop3Node.find(OTHER_CLIENT)).isEmpty();
        assertThat(pop3Node.renew(bobsToo, LONG)).isEmpty();
    }

    @Test
    void grantsShouldLastTheirLifetimeHoweverTheClocksOfTheNodesDiffer() throws Exception {
        Clock fiveMinutesAhead = Clock.offset(HERE, Duration.ofMinutes(5));
        Clock fiveMinutesBehind = Clock.offset(HERE, Duration.ofMinutes(-5));
        try (RedisGrantStore ahead = NODES.open(fiveMinutesAhead);
                RedisGrantStore behind = NODES.open(fiveMinutesBehind)) {
            Grant recorded = ahead.record(BOB, SHORT);
            Instant recordedAt = HERE.instant();
            Grant found = behind.find(CLIENT).get(0);

            assertThat(recorded.grantedAt()).isCloseTo(fiveMinutesAhead.instant(), within(100, ChronoUnit.MILLIS));
            assertThat(found.grantedAt()).isCloseTo(fiveMinutesBehind.instant(), within(100, ChronoUnit.MILLIS));
            assertThat(Duration.between(found.grantedAt(), found.expiresAt()))
                    .isCloseTo(SHORT.toDuration(), Duration.ofMillis(100));

            await().pollInterval(Duration.ofMillis(5))
                    .until(() -> behind.find(CLIENT).isEmpty());
            assertThat(HERE.instant()).isCloseTo(recordedAt.plus(SHORT.toDuration()), within(100, ChronoUnit.MILLIS));
            assertThat(ahead.find(CLIENT)).isEmpty();
        }
    }

    @Test
    void renewShouldComeBeforeOrAfterARevocationByTheClockOfRedisAlone() {
        Clock fiveMinutesAhead = Clock.offset(HERE, Duration.ofMinutes(5));
        try (RedisGrantStore ahead = NODES.open(fiveMinutesAhead)) {
            Grant before = ahead.record(BOB, LONG);
            pop3Node.revoke(CLIENT);
            Grant after = ahead.record(BOB.from(OTHER_CLIENT), LONG);

            assertThat(ahead.renew(before, LONG)).isEmpty();
            assertThat(ahead.renew(after, LONG)).isPresent();
        }
    }

    @Test
    void theStoreShouldGoOnWhenTheClockOfItsNodeIsSet() {
        MutableClock clock = new MutableClock(HERE.instant());
        try (RedisGrantStore store = NODES.open(clock)) {
            Grant early = store.record(BOB, LONG);
            clock.turn(Duration.ofMinutes(-5));

            Grant late = store.record(BOB.from(OTHER_CLIENT), LONG);
            pop3Node.revoke(CLIENT);

            assertThat(store.find(OTHER_CLIENT)).hasSize(1);
            assertThat(late.expiresAt())
                    .isEqualTo(clock.instant().plus(LONG.toDuration()).truncatedTo(ChronoUnit.MILLIS));
            assertThat(store.renew(late, LONG)).isPresent();
            assertThat(store.renew(early, LONG)).isEmpty();
            clock.turn(Duration.ofMinutes(10));
            assertThat(store.find(OTHER_CLIENT)).hasSize(1);
        }
    }

    @Test
    void aRevocationOfAUserThatBrokeOffShouldHoldAllTheSame() {
        Grant grant = pop3Node.record(BOB, LONG);
        GrantKeys keys = new GrantKeys("pbs");
        String revokedAt = Long.toString(HERE.millis() + 1);
        String shard = keys.shardOf(CLIENT);
        NODES.execute("HSET", GrantKeys.revoking(shard), "bob@example.org", revokedAt);
        NODES.execute("SET", GrantKeys.revokedUser(shard, "bob@example.org"), revokedAt);

        assertThat(smtpNode.find(CLIENT)).isEmpty();
        assertThat(smtpNode.list(GrantQuery.all())).isEmpty();
        assertThat(smtpNode.renew(grant, LONG)).isEmpty();
        assertThat(NODES.execute("HLEN", keys.grants(CLIENT))).isEqualTo(1L);
    }

    @Test
    void revokeUserShouldLeaveNothingBehindThatSlowsReadersDown() {
        pop3Node.record(BOB, LONG);

        pop3Node.revokeUser("bob@example.org");

        assertThat((List<?>) NODES.execute("KEYS", "*:revoking")).isEmpty();
    }

    @Test
    void recordShouldWriteWhatTheDocumentationSays() {
        long before = HERE.millis();
        Grant grant = pop3Node.record(BOB, LONG);
        pop3Node.record(UNKNOWN, SHORT);

        assertThat(text(NODES.execute("HGET", "{pbs:15}:2:grants:192.0.2.1", "plain ")))
                .matches("drac \\d{13} \\d{13}");
        String[] value = text(NODES.execute("HGET", "{pbs:15}:2:grants:192.0.2.1", "tls bob@example.org"))
                .split(" ");
        assertThat(value).hasSize(3).startsWith("pop3");
        assertThat(Long.parseLong(value[1])).isBetween(before, HERE.millis());
        assertThat(Long.parseLong(value[2]) - Long.parseLong(value[1]))
                .isEqualTo(LONG.toDuration().toMillis());
        assertThat((Long) NODES.execute("PTTL", "{pbs:15}:2:grants:192.0.2.1"))
                .isCloseTo(grant.expiresAt().toEpochMilli() - HERE.millis(), within(100L));
    }

    @Test
    void aRevocationShouldBeRememberedForADay() {
        pop3Node.revoke(CLIENT);
        pop3Node.revokeUser("bob@example.org");

        assertThat(timeToLive("{pbs:15}:2:revoked-address:192.0.2.1")).isBetween(DAY - 60_000, DAY);
        assertThat(new GrantKeys("pbs").shards())
                .hasSize(128)
                .allSatisfy(shard -> assertThat(timeToLive(shard + "revoked-user:bob@example.org"))
                        .isBetween(DAY - 60_000, DAY));
    }

    @Test
    void onlyAnAddressWithMoreThanFourGrantsShouldHaveAnIndexOfItsUsers() {
        for (int i = 0; i < 4; i++) {
            pop3Node.record(Login.of(CLIENT, "user" + i, Protocol.POP3, true), LONG);
        }
        assertThat(NODES.execute("EXISTS", "{pbs:15}:2:users:192.0.2.1")).isEqualTo(0L);

        pop3Node.record(Login.of(CLIENT, "user4", Protocol.POP3, true), LONG);

        assertThat(NODES.execute("ZCARD", "{pbs:15}:2:users:192.0.2.1")).isEqualTo(5L);
        assertThat(timeToLive("{pbs:15}:2:users:192.0.2.1"))
                .isCloseTo(timeToLive("{pbs:15}:2:grants:192.0.2.1"), within(100L));
    }

    @Test
    void theProbeShouldEndByItself() {
        await().pollInterval(Duration.ofMillis(10))
                .untilAsserted(() -> assertThat(timeToLive("{pbs:00}:2:probe")).isBetween(1L, 1000L));
    }

    /** It is what docs/operations.md reckons with. */
    @Test
    void aGrantShouldTakeAboutTwoHundredBytes() {
        int grants = 10_000;
        long before = usedMemory();

        for (int i = 0; i < grants; i++) {
            pop3Node.record(Login.of(address(i), "user" + i + "@example.com", Protocol.POP3, true), LONG);
        }

        assertThat((usedMemory() - before) / grants).isBetween(150L, 250L);
    }

    private static long usedMemory() {
        return text(NODES.execute("INFO", "memory"))
                .lines()
                .filter(line -> line.startsWith("used_memory:"))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1)))
                .findFirst()
                .orElseThrow();
    }

    private static long timeToLive(String key) {
        return (Long) NODES.execute("PTTL", key);
    }

    @Test
    void recordShouldClearAwayEndedGrantsAndLetTheKeyEndWithTheLastOne() throws Exception {
        pop3Node.record(UNKNOWN, SHORT);
        pop3Node.record(BOB, Lifetime.of(Duration.ofSeconds(3)));
        Thread.sleep(1100);
        pop3Node.record(Login.of(CLIENT, "alice@example.org", Protocol.POP3, true), SHORT);

        assertThat(NODES.execute("HLEN", "{pbs:15}:2:grants:192.0.2.1")).isEqualTo(2L);
        assertThat((Long) NODES.execute("PTTL", "{pbs:15}:2:grants:192.0.2.1")).isBetween(1000L, 2000L);
    }

    @Test
    void findShouldPassOverWhatAnotherReleaseMayHaveAdded() {
        pop3Node.record(BOB, LONG);
        String key = "{pbs:15}:2:grants:192.0.2.1";
        String value = text(NODES.execute("HGET", key, "tls bob@example.org"));
        NODES.execute("HSET", key, "tls bob@example.org", value + " device=till-7");
        NODES.execute("HSET", key, "token abc", value);
        NODES.execute("HSET", key, "plain carol", "x");
        NODES.execute("HSET", key, "plain dave", "POP3! 1 2");
        NODES.execute("HSET", "{pbs:15}:2:grants:somewhere", "tls bob@example.org", value);

        assertThat(smtpNode.find(CLIENT)).extracting(Grant::login).containsExactly(BOB);
        assertThat(smtpNode.list(GrantQuery.all())).extracting(Grant::login).containsExactly(BOB);
        pop3Node.record(Login.of(CLIENT, "alice", Protocol.POP3, true), LONG);
        assertThat(NODES.execute("HLEN", key)).isEqualTo(5L);
    }

    @Test
    void callsShouldGoOnWhenRedisHasForgottenTheScripts() {
        Grant grant = pop3Node.record(BOB, LONG);
        NODES.execute("SCRIPT", "FLUSH");
        assertThat(pop3Node.renew(grant, LONG)).isPresent();
        NODES.execute("SCRIPT", "FLUSH");
        assertThat(pop3Node.record(BOB, LONG).login()).isEqualTo(BOB);
        NODES.execute("SCRIPT", "FLUSH");
        assertThat(pop3Node.revokeUser("bob@example.org")).isEqualTo(1);
        NODES.execute("SCRIPT", "FLUSH");
        assertThat(pop3Node.revoke(CLIENT)).isZero();
    }

    @Test
    void installationsWithDifferentPrefixesShouldNotSeeEachOther() {
        RedisSettings settings =
                NODES.redis().settings().keyPrefix("other.site:2").build();
        try (RedisGrantStore other = TestStores.open(settings, HERE)) {
            other.record(BOB, LONG);

            assertThat(pop3Node.find(CLIENT)).isEmpty();
            assertThat(pop3Node.revokeUser("bob@example.org")).isZero();
            assertThat(pop3Node.list(GrantQuery.all())).isEmpty();
            assertThat(other.find(CLIENT)).hasSize(1);
        }
    }

    @Test
    void databasesShouldNotSeeEachOther() {
        try (RedisGrantStore other = TestStores.open(
                RedisSettings.at(NODES.redis().url() + "/3")
                        .timeout(RedisProcess.PATIENCE)
                        .build(),
                HERE)) {
            other.record(BOB, LONG);

            assertThat(pop3Node.find(CLIENT)).isEmpty();
            assertThat(other.find(CLIENT)).hasSize(1);
        }
    }

    @Test
    void listShouldReturnTenThousandGrantsEachOnce() {
        List<Login> logins = IntStream.range(0, 10_000)
                .mapToObj(i -> Login.of(address(i), "user" + i, Protocol.POP3, true))
                .collect(Collectors.toList());
        logins.forEach(login -> pop3Node.record(login, LONG));

        assertThat(smtpNode.list(GrantQuery.all())).extracting(Grant::login).containsExactlyElementsOf(logins);
        assertThat(smtpNode.revokeUser("user4711")).isEqualTo(1);
        await().untilAsserted(() -> assertThat(smtpNode.status().grants()).isBetween(9_500L, 10_500L));
    }

    @Test
    void belowAThousandKeysTheNumberOfGrantsShouldBeExact() {
        for (int i = 0; i < 900; i++) {
            pop3Node.record(Login.of(address(i), "user" + i, Protocol.POP3, true), LONG);
        }

        await().untilAsserted(() -> assertThat(smtpNode.status().grants()).isEqualTo(900));
    }

    private static ClientAddress address(int i) {
        return ClientAddress.ofBytes(new byte[] {10, 0, (byte) (i >> 8), (byte) i});
    }

    private static String text(Object reply) {
        return new String((byte[]) reply, StandardCharsets.UTF_8);
    }

    @Test
    void aLoginShouldWriteNoMoreAtACrowdedAddressThanAtAnyOther() {
        StoreLimits hundred = StoreLimits.of(1, () -> 100);
        try (RedisGrantStore store = TestStores.open(NODES.redis().settings().build(), hundred, HERE)) {
            for (int i = 0; i < 2000; i++) {
                store.record(Login.of(CLIENT, "user" + i, Protocol.POP3, i % 2 == 0), LONG);
            }

            assertThat(store.find(CLIENT))
                    .extracting(grant -> grant.user().orElseThrow())
                    .containsExactlyInAnyOrderElementsOf(IntStream.range(1900, 2000)
                            .mapToObj(i -> "user" + i)
                            .collect(Collectors.toList()));
            assertThat(NODES.execute("ZCARD", "{pbs:15}:2:users:192.0.2.1")).isEqualTo(100L);
        }
    }

    @Test
    void theUserWhoseGrantsEndSoonestShouldMakeRoom() {
        StoreLimits two = StoreLimits.of(1, () -> 2);
        try (RedisGrantStore store = TestStores.open(NODES.redis().settings().build(), two, HERE)) {
            Grant bobs = store.record(BOB, Lifetime.of(Duration.ofSeconds(60)));
            store.record(UNKNOWN, Lifetime.of(Duration.ofSeconds(70)));
            store.renew(bobs, LONG);
            store.record(BOB.from(OTHER_CLIENT), LONG);
            store.record(Login.of(CLIENT, "bob@example.org", Protocol.POP3, false), Lifetime.of(Duration.ofSeconds(5)));

            store.record(Login.of(CLIENT, "alice", Protocol.POP3, true), Lifetime.of(Duration.ofSeconds(30)));

            assertThat(store.find(CLIENT))
                    .extracting(grant -> grant.user().orElse(""))
                    .containsExactlyInAnyOrder("bob@example.org", "bob@example.org", "alice");
            assertThat(store.revokeUser("bob@example.org")).isEqualTo(3);
            assertThat(store.find(CLIENT)).hasSize(1);
        }
    }

    @Test
    void keysOfTheFormerFormatShouldGrantNothing() {
        pop3Node.record(BOB, LONG);
        String value = text(NODES.execute("HGET", "{pbs:15}:2:grants:192.0.2.1", "tls bob@example.org"));
        NODES.execute("HSET", "{pbs}:1:grants:192.0.2.2", "tls bob@example.org", value);

        assertThat(smtpNode.find(OTHER_CLIENT)).isEmpty();
        assertThat(smtpNode.list(GrantQuery.all())).hasSize(1);
    }
}
