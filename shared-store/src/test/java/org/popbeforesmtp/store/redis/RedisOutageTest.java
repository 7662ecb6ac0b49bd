// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;
import static org.popbeforesmtp.store.GrantStoreContract.ALICE;
import static org.popbeforesmtp.store.GrantStoreContract.BOB;
import static org.popbeforesmtp.store.GrantStoreContract.CLIENT;
import static org.popbeforesmtp.store.GrantStoreContract.LONG;
import static org.popbeforesmtp.store.GrantStoreContract.OTHER_CLIENT;
import static org.popbeforesmtp.store.GrantStoreContract.SHORT;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.redis.RedisSettings;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.GrantQuery;
import org.popbeforesmtp.store.GrantStore;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;
import org.popbeforesmtp.store.StoreStatus.State;
import org.popbeforesmtp.store.StoreUnavailableException;

/** Redis hangs, dies, comes back with or without its data, or refuses. */
class RedisOutageTest {

    private static final Clock HERE = Clock.systemUTC();
    private static final Duration TIMEOUT = Duration.ofMillis(250);

    /** What a busy machine may add. */
    private static final Duration SLACK = Duration.ofMillis(250);

    private static final String KEY = "{pbs:15}:2:grants:192.0.2.1";

    private final RedisProcess redis = RedisProcess.notStarted(RedisBinary.best());
    private final List<AutoCloseable> toClose = new ArrayList<>(List.of(redis));

    @AfterEach
    void tearDown() throws Exception {
        for (AutoCloseable each : toClose) {
            each.close();
        }
    }

    private RedisGrantStore open(String url) {
        return open(RedisSettings.at(url).timeout(TIMEOUT).build());
    }

    private RedisGrantStore open(RedisSettings settings) {
        return open(settings, HERE);
    }

    private RedisGrantStore open(RedisSettings settings, Clock clock) {
        RedisGrantStore store = TestStores.open(settings, clock);
        toClose.add(0, store);
        return store;
    }

    /** Hands every write to the kernel before it answers: by default a kill loses what came in during an fsync. */
    private RedisProcess persistentRedis() {
        RedisProcess persistent = RedisProcess.start(RedisBinary.best(), "--appendonly", "yes", "--appendfsync", "no");
        toClose.add(persistent);
        return persistent;
    }

    private BadNetwork badNetwork() {
        BadNetwork network = BadNetwork.to(redis);
        toClose.add(0, network);
        return network;
    }

    private static Duration timeOf(Runnable call) {
        long start = System.nanoTime();
        call.run();
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private static void awaitState(GrantStore store, State state) {
        await().pollInterval(Duration.ofMillis(10))
                .untilAsserted(() -> assertThat(store.status().state()).isEqualTo(state));
    }

    /** The grants that a store names while it cannot tell whether there are more. */
    static List<Grant> known(GrantStore store, ClientAddress address) {
        Throwable answer = catchThrowable(() -> store.find(address));
        assertThat(answer).isInstanceOf(StoreUnavailableException.class);
        return ((StoreUnavailableException) answer).known();
    }

    // ---- hanging

    @Test
    void recordShouldWaitForAHangingRedisOnceAndNoLongerThanTheTimeout() {
        redis.start();
        RedisGrantStore store = open(redis.url());
        redis.pause();

        assertThat(timeOf(() -> store.record(BOB, LONG))).isLessThan(TIMEOUT.plus(SLACK));
        assertThat(timeOf(() -> {
                    for (int i = 0; i < 50; i++) {
                        store.record(BOB, LONG);
                        assertThat(known(store, CLIENT)).isNotEmpty();
                        assertThat(known(store, OTHER_CLIENT)).isEmpty();
                        assertThatThrownBy(() -> store.revoke(OTHER_CLIENT))
                                .isInstanceOf(StoreUnavailableException.class);
                        assertThatThrownBy(() -> store.list(GrantQuery.all()))
                                .isInstanceOf(StoreUnavailableException.class);
                        store.status();
                    }
                }))
                .isLessThan(TIMEOUT);
    }

    @Test
    void noCallShouldWaitLongerThanTheTimeoutHoweverManyThereAre() throws Exception {
        redis.start();
        RedisGrantStore store = open(redis.url());
        redis.pause();
        ExecutorService threads = Executors.newFixedThreadPool(64);
        List<Callable<Duration>> calls = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            calls.add(() -> timeOf(() -> store.record(BOB, LONG)));
        }

        List<Duration> times = new ArrayList<>();
        for (Future<Duration> time : threads.invokeAll(calls)) {
            times.add(time.get());
        }
        threads.shutdown();

        assertThat(times).allSatisfy(time -> assertThat(time).isLessThan(TIMEOUT.plus(SLACK)));
    }

    @Test
    void aHangingRedisShouldBeNoticedBeforeSomebodyWaitsForIt() {
        redis.start();
        RedisGrantStore store = open(redis.url());
        redis.pause();
        awaitState(store, State.DEGRADED);

        assertThat(timeOf(() -> store.record(BOB, LONG))).isLessThan(TIMEOUT);
    }

    @Test
    void whatWasRecordedShouldBeInRedisWithinASecondOfItsReturn() {
        redis.start();
        RedisGrantStore store = open(redis.url());
        redis.pause();
        Grant grant = store.record(BOB, LONG);
        store.renew(grant, LONG);
        assertThat(known(store, CLIENT)).extracting(Grant::login).containsExactly(BOB);
        assertThat(store.status().grants()).isEqualTo(1);

        redis.resume();

        await().pollInterval(Duration.ofMillis(10))
                .atMost(Duration.ofSeconds(1))
                .until(() -> (Long) redis.execute("HLEN", KEY) == 1L);
        awaitState(store, State.AVAILABLE);
        assertThat(store.find(CLIENT)).extracting(Grant::login).containsExactly(BOB);
    }

    @Test
    void aCommandThatRedisCarriesOutTooLateShouldDoNothing() throws Exception {
        redis.start();
        RedisGrantStore store = open(redis.url());
        Grant kept = store.record(ALICE.from(OTHER_CLIENT), LONG);
        redis.pause();
        Instant loggedInAt = HERE.instant();
        store.record(BOB, SHORT);
        Thread.sleep(SHORT.toDuration().toMillis());

        redis.resume();
        awaitState(store, State.AVAILABLE);

        assertThat(HERE.instant()).isAfter(loggedInAt.plus(SHORT.toDuration()));
        assertThat(store.find(CLIENT)).isEmpty();
        assertThat(redis.execute("EXISTS", KEY)).isEqualTo(0L);
        assertThat(store.find(OTHER_CLIENT).get(0).expiresAt())
                .isCloseTo(kept.expiresAt(), within(200, ChronoUnit.MILLIS));
    }

    @Test
    void aGrantFromAnOutageShouldEndWhenItWouldHaveEndedWithoutOne() {
        redis.start();
        RedisGrantStore store = open(redis.url());
        redis.pause();
        Grant grant = store.record(BOB, LONG);
        redis.resume();
        awaitState(store, State.AVAILABLE);

        assertThat(store.find(CLIENT)).singleElement().satisfies(found -> {
            assertThat(found.expiresAt()).isCloseTo(grant.expiresAt(), within(300, ChronoUnit.MILLIS));
            assertThat(found.grantedAt()).isCloseTo(grant.grantedAt(), within(300, ChronoUnit.MILLIS));
        });
    }

    // ---- dead and back

    @Test
    void grantsShouldSurviveARestartOfRedisWithItsData() {
        RedisProcess persistent = persistentRedis();
        RedisGrantStore store = open(persistent.url());
        store.record(BOB, LONG);
        persistent.kill();
        store.record(ALICE, LONG);
        assertThat(known(store, CLIENT)).extracting(Grant::login).containsExactly(ALICE);
        persistent.start();

        awaitState(store, State.AVAILABLE);
        assertThat(store.find(CLIENT)).extracting(Grant::login).containsExactlyInAnyOrder(BOB, ALICE);
    }

    @Test
    void aRestartThatIsOverShouldFailNoCall() {
        RedisProcess persistent = persistentRedis();
        RedisGrantStore store = open(persistent.settings().build());
        store.record(BOB, LONG);
        for (int i = 0; i < 5; i++) {
            store.find(CLIENT);
            persistent.kill();
            persistent.start();

            assertThat(store.find(CLIENT)).extracting(Grant::login).containsExactly(BOB);
        }
    }

    @Test
    void whatWasRecordedShouldBeInARedisThatCameBackEmpty() {
        redis.start();
        RedisGrantStore store = open(redis.url());
        store.record(BOB, LONG);
        redis.kill();
        store.record(ALICE, LONG);
        redis.start();

        awaitState(store, State.AVAILABLE);
        assertThat(store.find(CLIENT)).extracting(Grant::login).containsExactly(ALICE);
    }

    @Test
    void theStoreShouldOpenWithoutRedisAndFindItLater() {
        RedisGrantStore store = open(redis.url());
        assertThat(store.status().state()).isEqualTo(State.DEGRADED);
        assertThat(store.status().cause()).contains("127.0.0.1:" + redis.port(), "Connection refused");
        store.record(BOB, LONG);
        assertThat(known(store, CLIENT)).as("nobody knows who is blocked").isEmpty();
        assertThatThrownBy(() -> store.find(OTHER_CLIENT))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("Connection refused");

        redis.start();

        awaitState(store, State.AVAILABLE);
        assertThat(store.find(CLIENT)).hasSize(1);
        assertThat(store.find(OTHER_CLIENT)).isEmpty();
        assertThat(store.status().failures()).isEqualTo(2);
    }

    @Test
    void aHostThatNobodyKnowsShouldBeNamed() {
        RedisGrantStore store = open("redis://redis.invalid");

        await().untilAsserted(() -> assertThat(store.status().cause()).contains("unknown host"));
        assertThat(timeOf(() -> store.record(BOB, LONG))).isLessThan(TIMEOUT);
    }

    // ---- many grants

    @Test
    void manyGrantsShouldBeWrittenWhenRedisIsBack() {
        RedisGrantStore store = open(redis.url());
        for (int i = 0; i < 5000; i++) {
            store.record(BOB.from(ClientAddress.ofBytes(new byte[] {10, 0, (byte) (i >> 8), (byte) i})), LONG);
        }
        assertThat(store.status().grants()).isEqualTo(5000);
        redis.start();
        awaitState(store, State.AVAILABLE);

        await().untilAsserted(() -> assertThat(store.list(GrantQuery.all())).hasSize(5000));
    }

    @Test
    void aGrantThatRedisRefusesShouldNotKeepTheOthersFromBeingWritten() {
        redis.start();
        BadNetwork network = badNetwork();
        RedisGrantStore cutOff = open(network.url());
        RedisGrantStore other = open(redis.settings().build());
        network.cut();
        List<ClientAddress> clients = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            clients.add(ClientAddress.ofBytes(new byte[] {10, 0, (byte) (i >> 8), (byte) i}));
        }
        clients.forEach(client -> cutOff.record(BOB.from(client), LONG));
        clients.subList(0, 10).forEach(client -> redis.execute("SET", new GrantKeys("pbs").grants(client), "surprise"));

        network.repair();

        await().untilAsserted(() -> assertThat(clients.subList(10, clients.size()))
                .allSatisfy(client -> assertThat(other.find(client)).hasSize(1)));
        await().untilAsserted(() -> assertThat(cutOff.status().cause()).contains("WRONGTYPE"));
    }

    // ---- revocations win

    @Test
    void aGrantFromAnOutageShouldNotComeBackIfItWasRevokedSince() throws Exception {
        redis.start();
        BadNetwork network = badNetwork();
        RedisGrantStore cutOff = open(network.url());
        RedisGrantStore other = open(redis.settings().build());
        network.cut();
        cutOff.record(BOB, LONG);
        cutOff.record(ALICE, LONG);
        Thread.sleep(150);
        other.revokeUser("bob@example.org");
        other.revoke(OTHER_CLIENT);
        Thread.sleep(150);
        cutOff.record(BOB.from(OTHER_CLIENT), LONG);

        network.repair();
        awaitState(cutOff, State.AVAILABLE);

        assertThat(cutOff.find(CLIENT)).extracting(Grant::login).containsExactly(ALICE);
        assertThat(other.find(CLIENT)).extracting(Grant::login).containsExactly(ALICE);
        assertThat(cutOff.find(OTHER_CLIENT)).extracting(Grant::login).containsExactly(BOB.from(OTHER_CLIENT));
    }

    @Test
    void anOlderSessionShouldEarnNothingInAnOutage() {
        redis.start();
        BadNetwork network = badNetwork();
        RedisGrantStore cutOff = open(network.url());
        RedisGrantStore other = open(redis.settings().build());
        Grant older = cutOff.record(BOB, LONG);
        other.revoke(CLIENT);
        network.cut();

        assertThat(cutOff.renew(older, LONG)).isPresent();
        assertThat(known(cutOff, CLIENT)).isEmpty();
        network.repair();
        awaitState(cutOff, State.AVAILABLE);

        assertThat(cutOff.find(CLIENT)).isEmpty();
        assertThat(cutOff.renew(older, LONG)).isEmpty();
    }

    @Test
    void anOlderSessionShouldNotSpoilALaterLogin() {
        redis.start();
        RedisGrantStore store = open(redis.url());
        Grant older = store.record(BOB, LONG);
        redis.pause();
        Grant later = store.record(BOB, SHORT);

        assertThat(store.renew(older, LONG)).isPresent();
        assertThat(known(store, CLIENT)).containsExactly(later);
        redis.resume();
        awaitState(store, State.AVAILABLE);
        assertThat(store.find(CLIENT)).singleElement().satisfies(found -> {
            assertThat(found.grantedAt()).isCloseTo(later.grantedAt(), within(300, ChronoUnit.MILLIS));
            assertThat(found.expiresAt()).isAfter(HERE.instant().plusSeconds(60));
        });
    }

    @Test
    void renewShouldProlongWhatRedisHoldsOnceItIsBack() {
        redis.start();
        RedisGrantStore store = open(redis.url());
        Grant grant = store.record(BOB, SHORT);
        redis.pause();
        Grant renewed = store.renew(grant, LONG).orElseThrow();
        redis.resume();
        awaitState(store, State.AVAILABLE);

        assertThat(store.find(CLIENT)).singleElement().satisfies(found -> {
            assertThat(found.grantedAt()).isEqualTo(grant.grantedAt());
            assertThat(found.expiresAt()).isCloseTo(renewed.expiresAt(), within(300, ChronoUnit.MILLIS));
        });
    }

    @Test
    void revokeShouldFailInAnOutageAndYetTakeWhatIsHere() throws Exception {
        redis.start();
        RedisGrantStore store = open(redis.url());
        redis.pause();
        Grant bobs = store.record(BOB, LONG);
        Grant alices = store.record(ALICE.from(OTHER_CLIENT), LONG);

        assertThatThrownBy(() -> store.revoke(CLIENT)).isInstanceOf(StoreUnavailableException.class);
        assertThatThrownBy(() -> store.revokeUser("alice@example.org")).isInstanceOf(StoreUnavailableException.class);

        assertThat(known(store, CLIENT)).isEmpty();
        assertThat(known(store, OTHER_CLIENT)).isEmpty();
        assertThat(store.renew(bobs, LONG)).isEmpty();
        assertThat(store.renew(alices, LONG)).isEmpty();
        // By then Redis does no more what it was told before.
        Thread.sleep(TIMEOUT.toMillis());
        redis.resume();
        awaitState(store, State.AVAILABLE);
        assertThat(store.find(CLIENT)).isEmpty();
        assertThat(store.find(OTHER_CLIENT)).isEmpty();
    }

    // ---- slow

    @Test
    void callsShouldGoOnOverASlowNetwork() {
        redis.start();
        BadNetwork network = badNetwork();
        RedisGrantStore store = open(network.url());
        network.delay(Duration.ofMillis(20));

        store.record(BOB, LONG);

        assertThat(store.find(CLIENT)).hasSize(1);
        assertThat(redis.execute("HLEN", KEY)).isEqualTo(1L);
    }

    @Test
    void aLoginASignOfLifeAndALookUpShouldEachBeOneRoundTrip() {
        redis.start();
        BadNetwork network = badNetwork();
        RedisGrantStore store = open(
                RedisSettings.at(network.url()).timeout(RedisProcess.PATIENCE).build());
        // Redis has seen the scripts by now.
        Grant grant = store.record(BOB, LONG);
        store.renew(grant, LONG);
        Duration roundTrip = Duration.ofMillis(400);
        network.delay(roundTrip);

        for (Runnable call : List.<Runnable>of(
                () -> store.record(BOB, LONG), () -> store.renew(grant, LONG), () -> store.find(CLIENT))) {
            assertThat(timeOf(call))
                    .isBetween(roundTrip, roundTrip.multipliedBy(2).minusMillis(1));
        }
    }

    @Test
    void aNetworkSlowerThanTheTimeoutShouldBeAnOutageUntilItIsFasterAgain() {
        redis.start();
        BadNetwork network = badNetwork();
        RedisGrantStore store = open(network.url());
        network.delay(TIMEOUT.plus(TIMEOUT));

        assertThat(timeOf(() -> store.record(BOB, LONG))).isLessThan(TIMEOUT.plus(SLACK));
        assertThat(store.status().state()).isEqualTo(State.DEGRADED);
        network.delay(Duration.ZERO);
        awaitState(store, State.AVAILABLE);
        assertThat(store.find(CLIENT)).hasSize(1);
    }

    @Test
    void anAnswerThatComesDropByDropShouldNotHoldACallLongerThanTheTimeout() {
        redis.start();
        BadNetwork network = badNetwork();
        RedisGrantStore store = open(network.url());
        awaitState(store, State.AVAILABLE);
        network.delay(Duration.ofMillis(100));
        network.dropByDrop();

        assertThat(timeOf(() -> store.record(BOB, LONG))).isLessThan(TIMEOUT.plus(SLACK));
        assertThat(store.status().cause()).contains("no answer in time");
    }

    // ---- refusing

    @Test
    void aReplicaShouldBeAnOutageUntilItIsAMaster() {
        redis.start();
        RedisGrantStore store = open(redis.url());
        redis.execute("REPLICAOF", "127.0.0.1", "1");

        store.record(BOB, LONG);
        assertThat(store.status().state()).isEqualTo(State.DEGRADED);
        assertThat(store.status().cause()).contains("READONLY");
        redis.execute("REPLICAOF", "NO", "ONE");
        awaitState(store, State.AVAILABLE);
        assertThat(store.find(CLIENT)).hasSize(1);
    }

    /** On each release: they differ in what a script may do when Redis is full. */
    @ParameterizedTest
    @MethodSource("org.popbeforesmtp.store.redis.RedisAccessTest#releases")
    void aFullRedisShouldTakeNothingNewAndDoAllTheRest(Path release) {
        RedisProcess full = RedisProcess.start(release);
        toClose.add(full);
        RedisGrantStore store = open(full.settings().build());
        RedisGrantStore other = open(full.settings().build());
        Grant bobs = store.record(BOB, SHORT);
        store.record(BOB.from(OTHER_CLIENT), LONG);
        full.execute("CONFIG", "SET", "maxmemory", "1");

        store.record(ALICE, LONG);

        assertThat(store.find(CLIENT)).extracting(Grant::login).containsExactlyInAnyOrder(BOB, ALICE);
        assertThat(store.find(OTHER_CLIENT)).hasSize(1);
        await().untilAsserted(() -> assertThat(store.status().cause()).contains("full", "OOM"));
        assertThat(store.renew(bobs, LONG)).isPresent();
        assertThat(other.find(CLIENT)).extracting(Grant::login).containsExactly(BOB);
        assertThat(other.find(CLIENT).get(0).expiresAt()).isAfter(HERE.instant().plusSeconds(60));
        assertThat(store.list(GrantQuery.all())).hasSize(2);
        assertThat(other.revokeUser("bob@example.org")).isEqualTo(2);
        assertThat(store.renew(bobs, LONG)).isEmpty();

        full.execute("CONFIG", "SET", "maxmemory", "0");
        awaitState(store, State.AVAILABLE);
        assertThat(other.find(CLIENT)).extracting(Grant::login).containsExactly(ALICE);
    }

    @Test
    void aRevocationElsewhereShouldReachWhatAFullRedisHadNoRoomFor() {
        redis.start();
        RedisGrantStore store = open(redis.settings().build());
        RedisGrantStore other = open(redis.settings().build());
        redis.execute("CONFIG", "SET", "maxmemory", "1");
        store.record(ALICE, LONG);
        store.record(BOB, LONG);
        assertThat(store.find(CLIENT)).hasSize(2);

        assertThat(other.revokeUser("alice@example.org")).isZero();

        assertThat(store.find(CLIENT)).extracting(Grant::login).containsExactly(BOB);
    }

    @Test
    void manyListingsAtOnceShouldBeNoOutage() throws Exception {
        redis.start();
        RedisGrantStore store = open(redis.url());
        store.record(BOB, LONG);
        BadNetwork slow = badNetwork();
        RedisGrantStore listing = open(slow.url());
        slow.delay(Duration.ofMillis(100));
        ExecutorService threads = Executors.newFixedThreadPool(32);
        List<Callable<Object>> listings = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            listings.add(() -> catchThrowable(() -> listing.list(GrantQuery.all())));
        }
        List<Future<Object>> results = new ArrayList<>();
        listings.forEach(each -> results.add(threads.submit(each)));

        for (int i = 0; i < 5; i++) {
            assertThat(listing.find(CLIENT)).hasSize(1);
        }
        for (Future<Object> result : results) {
            result.get();
        }
        threads.shutdown();
        assertThat(listing.status().state()).isEqualTo(State.AVAILABLE);
    }

    @Test
    void aKeyOfAnotherKindShouldFailTheOneCallOnly() {
        redis.start();
        RedisGrantStore store = open(redis.url());
        redis.execute("SET", KEY, "surprise");

        assertThatThrownBy(() -> store.find(CLIENT))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("WRONGTYPE");
        assertThatThrownBy(() -> store.record(BOB, LONG)).isInstanceOf(StoreUnavailableException.class);
        assertThat(store.status().state()).isEqualTo(State.AVAILABLE);
        assertThat(store.find(OTHER_CLIENT)).isEmpty();
    }

    @Test
    void ofSeveralServersTheOneThatAcceptsWritesShouldBeUsed() {
        redis.start();
        RedisProcess replica = RedisProcess.start(RedisBinary.best(), "--replicaof", "127.0.0.1", "" + redis.port());
        toClose.add(replica);
        RedisGrantStore store = open(replica.url() + "," + redis.url());
        awaitState(store, State.AVAILABLE);

        store.record(BOB, LONG);

        assertThat(redis.execute("HLEN", KEY)).isEqualTo(1L);
    }

    // ---- what the log says

    @Test
    void theLogShouldReportTroubleAtMostOnceASecond() throws Exception {
        PrintStream original = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        long start = System.nanoTime();
        try {
            RedisGrantStore store = open(redis.url());
            Thread.sleep(1100);
            for (int i = 0; i < 3; i++) {
                redis.start();
                awaitState(store, State.AVAILABLE);
                redis.kill();
                store.record(Login.of(CLIENT, "user" + i, Protocol.POP3, true), LONG);
            }
            assertThatThrownBy(() -> store.find(OTHER_CLIENT)).isInstanceOf(StoreUnavailableException.class);
        } finally {
            System.setErr(original);
        }
        long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();

        assertThat(log.toString(StandardCharsets.UTF_8).lines().filter(line -> line.contains(" WARN ")))
                .isNotEmpty()
                .hasSizeLessThanOrEqualTo((int) seconds + 2)
                .allSatisfy(line -> assertThat(line).contains("this node continues with its own grants only"));
    }
}
