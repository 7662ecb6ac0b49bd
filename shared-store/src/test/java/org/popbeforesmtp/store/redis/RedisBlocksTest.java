// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.popbeforesmtp.store.GrantStoreContract.LONG;
import static org.popbeforesmtp.store.redis.TwoNodes.HERE;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.block.Block;
import org.popbeforesmtp.block.BlockStore;
import org.popbeforesmtp.block.BlockStoreContract;
import org.popbeforesmtp.block.BlockTarget;
import org.popbeforesmtp.block.Blocks;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;
import org.popbeforesmtp.store.StoreUnavailableException;

/** The contract with a real Redis, and several nodes that share it. */
class RedisBlocksTest implements BlockStoreContract {

    @RegisterExtension
    static final TwoNodes NODES = TwoNodes.inStep();

    private static final BlockTarget BLOCKED = BlockStoreContract.BOB;
    private static final Login LOGIN = Login.of(CLIENT, "bob@example.org", Protocol.POP3, true);
    private static final String USER = "bob@example.org";
    private static final String KEY = "{pbs:15}:2:blocks";

    @Override
    public BlockStore store() {
        return NODES.node().blocks();
    }

    @Override
    public Instant now() {
        return HERE.instant();
    }

    @Override
    public void pass(Duration time) {
        TestStores.pass(time);
    }

    @Override
    public Blocks known(ClientAddress address) {
        return knownAt(NODES.node(), address);
    }

    private static Blocks knownAt(RedisGrantStore store, ClientAddress address) {
        store.find(address);
        return store.blocks().at(address);
    }

    private static boolean isBlocked(Blocks blocks) {
        return blocks.ofUser(USER, HERE.instant()).isPresent();
    }

    /** Told to one of the shards alone: a thousand blocks in each take minutes. */
    @Override
    @Test
    public void tooManyBlocksShouldBeRefusedWithAReason() {
        List<String> command = new ArrayList<>(List.of("HSET", KEY));
        for (int i = 0; i < BlockStore.MOST; i++) {
            command.add("user user" + i);
            command.add("1 " + HERE.instant().plusSeconds(60 + i).toEpochMilli() + " admin ");
        }
        NODES.execute(command.toArray(new String[0]));

        assertThatThrownBy(() -> store().put(block(BLOCKED, Duration.ofDays(1))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(BlockStore.TOO_MANY);
        store().put(block(BlockTarget.ofUser("user7"), Duration.ofDays(2)));
        store().remove(BlockTarget.ofUser("user8"));
        store().put(block(BLOCKED, Duration.ofDays(1)));
    }

    @Test
    void aBlockShouldBeKnownToAnotherNodeWithItsNextLookUpOfAnyAddress() {
        List<ClientAddress> addresses = IntStream.range(0, 200)
                .mapToObj(i -> ClientAddress.parse("198.51.100." + i))
                .collect(Collectors.toList());
        addresses.forEach(NODES.other()::find);

        store().put(block(BLOCKED, Duration.ofMinutes(5)));
        addresses.forEach(address -> assertThat(isBlocked(knownAt(NODES.other(), address)))
                .as("%s", address)
                .isTrue());

        store().remove(BLOCKED);
        addresses.forEach(address -> assertThat(isBlocked(knownAt(NODES.other(), address)))
                .as("%s", address)
                .isFalse());
    }

    @Test
    void aBlockShouldBeKnownToAnotherNodeWithItsNextLoginAndItsNextRenewal() {
        Grant grant = NODES.other().record(LOGIN, LONG);

        store().put(block(BLOCKED, Duration.ofMinutes(5)));
        NODES.other().record(LOGIN, LONG);
        assertThat(isBlocked(NODES.other().blocks().at(CLIENT))).isTrue();

        store().remove(BLOCKED);
        NODES.other().renew(grant, LONG);
        assertThat(isBlocked(NODES.other().blocks().at(CLIENT))).isFalse();
    }

    /** What was confirmed is never forgotten for what another thread has read before. */
    @Test
    void noLookUpShouldMissABlockUnderLoad() throws Exception {
        AtomicBoolean isBlocked = new AtomicBoolean();
        AtomicBoolean isOver = new AtomicBoolean();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<Future<Integer>> misses = IntStream.range(0, 8)
                .mapToObj(i -> threads.submit(() -> {
                    int missed = 0;
                    while (!isOver.get()) {
                        boolean must = isBlocked.get();
                        if (must && !isBlocked(knownAt(NODES.other(), CLIENT)) && isBlocked.get()) {
                            missed++;
                        }
                    }
                    return missed;
                }))
                .collect(Collectors.toList());
        for (int i = 0; i < 8; i++) {
            store().put(block(BLOCKED, Duration.ofMinutes(5)));
            isBlocked.set(true);
            Thread.sleep(5);
            store().put(block(BlockTarget.ofUser("user" + i), Duration.ofMinutes(5)));
            isBlocked.set(false);
            store().remove(BLOCKED);
        }
        isOver.set(true);

        for (Future<Integer> missed : misses) {
            assertThat(missed.get()).isZero();
        }
        threads.shutdown();
    }

    @Test
    void aNodeThatStartsLaterShouldKnowTheBlocks() {
        store().put(block(BLOCKED, Duration.ofMinutes(5)));

        try (RedisGrantStore later = NODES.open(HERE)) {
            assertThat(isBlocked(knownAt(later, CLIENT))).isTrue();
        }
    }

    @Test
    void aNodeThatWasNotAskedShouldLearnOfBlocksBeforeAnOutage() {
        store().put(block(BLOCKED, Duration.ofMinutes(5)));

        await().until(() -> isBlocked(NODES.other().blocks().lastKnown()));
        store().remove(BLOCKED);
        await().until(() -> !isBlocked(NODES.other().blocks().lastKnown()));
    }

    @Test
    void aBlockShouldLastAsLongHoweverTheClocksOfTheNodesDiffer() {
        Clock ahead = Clock.offset(HERE, Duration.ofMinutes(5));
        store().put(block(BLOCKED, Duration.ofMinutes(1)));

        try (RedisGrantStore fast = NODES.open(ahead)) {
            assertThat(knownAt(fast, CLIENT).ofUser(USER, ahead.instant()))
                    .hasValueSatisfying(block -> assertThat(Duration.between(ahead.instant(), block.until()))
                            .isBetween(Duration.ofSeconds(50), Duration.ofMinutes(1)));
        }
    }

    @Test
    void theKeyShouldEndWithTheLastBlock() {
        store().put(block(BLOCKED, Duration.ofMinutes(5)));
        store().put(block(NETWORK, Duration.ofMinutes(1)));
        assertThat((Long) NODES.execute("PTTL", KEY)).isBetween(290_000L, 300_000L);

        store().remove(BLOCKED);
        assertThat((Long) NODES.execute("PTTL", KEY)).isBetween(50_000L, 60_000L);
        store().remove(NETWORK);
        assertThat(NODES.execute("EXISTS", KEY)).isEqualTo(0L);
        assertThat(NODES.execute("DBSIZE")).isIn(0L, 1L, 2L);
    }

    @Test
    void aFullRedisShouldTakeABlockAllTheSame() {
        NODES.execute("CONFIG", "SET", "maxmemory", "1");
        try {
            store().put(block(BLOCKED, Duration.ofMinutes(5)));
            assertThat(isBlocked(knownAt(NODES.other(), CLIENT))).isTrue();
        } finally {
            NODES.execute("CONFIG", "SET", "maxmemory", "0");
        }
    }

    @Test
    void aRedisWithoutItsDataShouldBlockNobody() {
        store().put(block(BLOCKED, Duration.ofMinutes(5)));
        NODES.execute("FLUSHALL");

        assertThat(isBlocked(knownAt(NODES.node(), CLIENT))).isFalse();
    }

    @Test
    void whatAnotherReleaseHasWrittenShouldBePassedOver() {
        store().put(block(BLOCKED, Duration.ofMinutes(5)));
        NODES.execute("HSET", KEY, "group sales", "1 2 3", "version", "another");

        assertThat(isBlocked(knownAt(NODES.node(), CLIENT))).isTrue();
        store().put(block(NETWORK, Duration.ofMinutes(5)));
        assertThat(NODES.execute("HEXISTS", KEY, "group sales")).isIn(0L, 1L);
    }

    /** It cannot know who is blocked, so what is earned meanwhile counts once Redis has told it. */
    @Test
    void aNodeThatStartsInAnOutageShouldLetNobodyRelayOnWhatItRecords() {
        RedisProcess later = RedisProcess.notStarted(RedisBinary.best());
        try (later;
                RedisGrantStore alone = TestStores.open(later.settings().build(), HERE)) {
            alone.record(LOGIN, LONG);
            assertThat(RedisOutageTest.known(alone, CLIENT)).isEmpty();
            assertThat(alone.status().cause()).contains("does not know who is blocked");

            later.start();
            await().untilAsserted(() -> assertThat(alone.status().cause()).isEmpty());
            assertThat(alone.find(CLIENT)).extracting(Grant::login).containsExactly(LOGIN);

            later.kill();
            alone.record(LOGIN, LONG);
            assertThat(RedisOutageTest.known(alone, CLIENT)).hasSize(1);
        }
    }

    @Test
    void withoutRedisAChangeShouldNotBeConfirmedAndHoldHere() {
        RedisProcess gone = RedisProcess.start(RedisBinary.best());
        try (RedisGrantStore alone = TestStores.open(gone.settings().build(), HERE)) {
            gone.close();
            Block block = block(BLOCKED, Duration.ofMinutes(5));

            assertThatThrownBy(() -> alone.blocks().put(block))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageStartingWith(
                            "the block holds for 0 of 128 parts of the client addresses, not for the others (");
            assertThat(isBlocked(alone.blocks().lastKnown())).isTrue();
            assertThatThrownBy(() -> alone.blocks().all()).isInstanceOf(StoreUnavailableException.class);
            assertThatThrownBy(() -> alone.blocks().remove(BLOCKED)).isInstanceOf(StoreUnavailableException.class);
        }
    }
}
