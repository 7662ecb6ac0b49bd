// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.popbeforesmtp.store.GrantStoreContract.ALICE;
import static org.popbeforesmtp.store.GrantStoreContract.BOB;
import static org.popbeforesmtp.store.GrantStoreContract.CLIENT;
import static org.popbeforesmtp.store.GrantStoreContract.LONG;
import static org.popbeforesmtp.store.GrantStoreContract.OTHER_CLIENT;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.address.Network;
import org.popbeforesmtp.block.Block;
import org.popbeforesmtp.block.BlockTarget;
import org.popbeforesmtp.redis.RedisSettings;
import org.popbeforesmtp.redis.RedisSettings.Topology;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.GrantQuery;
import org.popbeforesmtp.store.StoreStatus.State;
import org.popbeforesmtp.store.StoreUnavailableException;
import org.popbeforesmtp.store.Value;
import org.popbeforesmtp.store.ValueKey;
import redis.clients.jedis.util.JedisClusterCRC16;

/** A cluster of three masters. */
class RedisClusterTest {

    private static final int SLOTS = 16_384;
    private static final int OUR_SLOT = JedisClusterCRC16.getSlot("{pbs:15}:2:grants:192.0.2.1");

    private static final String USER = "bob@example.org";
    private static final BlockTarget BLOCKED = BlockTarget.ofUser(USER);
    private static final BlockTarget NETWORK = BlockTarget.of(Network.parse("192.0.2.0/24"));

    private final List<RedisProcess> nodes = new ArrayList<>();

    @BeforeEach
    void setUp() {
        for (int i = 0; i < 3; i++) {
            RedisProcess node = RedisProcess.start(
                    RedisBinary.best(),
                    "--cluster-enabled",
                    "yes",
                    "--cluster-node-timeout",
                    "1000",
                    "--cluster-require-full-coverage",
                    "no");
            nodes.add(node);
            node.execute("CLUSTER", "MEET", "127.0.0.1", "" + nodes.get(0).port());
            int first = i * SLOTS / 3;
            int end = (i + 1) * SLOTS / 3;
            List<String> command = new ArrayList<>(List.of("CLUSTER", "ADDSLOTS"));
            for (int slot = first; slot < end; slot++) {
                command.add("" + slot);
            }
            node.execute(command.toArray(new String[0]));
        }
        awaitCluster();
    }

    private void awaitCluster() {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> nodes.stream()
                        .allMatch(node -> info(node).contains("cluster_state:ok")
                                && info(node).contains("cluster_known_nodes:3")
                                && info(node).contains("cluster_slots_assigned:" + SLOTS)));
    }

    @AfterEach
    void tearDown() {
        nodes.forEach(RedisProcess::close);
    }

    private static String info(RedisProcess node) {
        return text(node.execute("CLUSTER", "INFO"));
    }

    private static String text(Object reply) {
        return new String((byte[]) reply, StandardCharsets.UTF_8);
    }

    private String urls() {
        return nodes.stream().map(RedisProcess::url).collect(Collectors.joining(","));
    }

    private RedisGrantStore open(String urls) {
        return TestStores.open(
                RedisSettings.at(urls)
                        .topology(Topology.CLUSTER)
                        .timeout(RedisProcess.PATIENCE)
                        .build(),
                Clock.systemUTC());
    }

    private RedisProcess owner() {
        return nodes.get(OUR_SLOT * 3 / SLOTS);
    }

    @Test
    void theStoreShouldWorkWhicheverNodeItKnows() {
        for (RedisProcess node : nodes) {
            try (RedisGrantStore store = open(node.url())) {
                assertThat(store.status().cause()).isEmpty();
                Grant grant = store.record(BOB, LONG);
                store.record(BOB.from(OTHER_CLIENT), LONG);
                assertThat(store.renew(grant, LONG)).isPresent();
                assertThat(store.find(CLIENT)).hasSize(1);
                assertThat(store.list(GrantQuery.all())).hasSize(2);
                assertThat(store.revoke(CLIENT)).isEqualTo(1);
                assertThat(store.revokeUser("bob@example.org")).isEqualTo(1);
            }
        }
    }

    @Test
    void theStoreShouldFollowItsSlotToAnotherNode() {
        try (RedisGrantStore store = open(urls())) {
            store.record(BOB, LONG);
            await().pollDelay(Duration.ofMillis(1100)).until(() -> true);

            RedisProcess heir = nodes.get((nodes.indexOf(owner()) + 1) % 3);
            moveOurSlot(owner(), heir);

            assertThat(store.find(CLIENT)).extracting(Grant::login).containsExactly(BOB);
            store.record(ALICE, LONG);
            assertThat(store.find(CLIENT)).hasSize(2);
            assertThat(heir.execute("HLEN", "{pbs:15}:2:grants:192.0.2.1")).isEqualTo(2L);
        }
    }

    private void moveOurSlot(RedisProcess from, RedisProcess to) {
        String fromId = text(from.execute("CLUSTER", "MYID"));
        String toId = text(to.execute("CLUSTER", "MYID"));
        String slot = "" + OUR_SLOT;
        to.execute("CLUSTER", "SETSLOT", slot, "IMPORTING", fromId);
        from.execute("CLUSTER", "SETSLOT", slot, "MIGRATING", toId);
        for (Object key : (List<?>) from.execute("CLUSTER", "GETKEYSINSLOT", slot, "1000")) {
            from.execute("MIGRATE", "127.0.0.1", "" + to.port(), text(key), "0", "5000");
        }
        to.execute("CLUSTER", "SETSLOT", slot, "NODE", toId);
        from.execute("CLUSTER", "SETSLOT", slot, "NODE", toId);
        nodes.forEach(node -> node.execute("CLUSTER", "SETSLOT", slot, "NODE", toId));
    }

    @Test
    void grantsShouldBeKeptHereWhileTheSlotHasNoMaster() {
        try (RedisGrantStore store = open(urls())) {
            owner().kill();
            store.record(BOB, LONG);
            assertThat(store.status().state()).isEqualTo(State.DEGRADED);
            assertThat(RedisOutageTest.known(store, CLIENT)).hasSize(1);

            owner().start();
            await().atMost(Duration.ofSeconds(20)).until(() -> store.status().state() == State.AVAILABLE);
            assertThat(store.find(CLIENT)).extracting(Grant::login).containsExactly(BOB);
        }
    }

    @Test
    void theGrantsShouldBeSpreadOverTheMasters() {
        try (RedisGrantStore store = open(urls())) {
            for (int i = 0; i < 3000; i++) {
                store.record(BOB.from(client(i)), LONG);
            }

            assertThat(nodes)
                    .allSatisfy(
                            node -> assertThat((Long) node.execute("DBSIZE")).isBetween(850L, 1150L));
            assertThat(store.list(GrantQuery.all())).hasSize(3000);
            await().untilAsserted(() -> assertThat(store.status().grants()).isBetween(2800L, 3200L));
            assertThat(store.revokeUser("bob@example.org")).isEqualTo(3000);
        }
    }

    @Test
    void theValuesShouldBeSpreadOverTheMastersAndListedInOrder() {
        List<ValueKey> keys = IntStream.range(1000, 4000)
                .mapToObj(i -> ValueKey.of("usage", "user" + i))
                .collect(Collectors.toList());
        try (RedisGrantStore store = open(urls())) {
            assertThat(store.values()
                            .update(keys, (key, before) -> Optional.of(Value.of(key.name(), LONG.toDuration()))))
                    .hasSize(3000);

            assertThat(nodes)
                    .allSatisfy(
                            node -> assertThat((Long) node.execute("DBSIZE")).isBetween(850L, 1150L));
            assertThat(store.values().list("usage", "user1000").keySet())
                    .hasSize(3000)
                    .first()
                    .isEqualTo("user1000");
        }
    }

    @Test
    void theOutageOfOneMasterShouldTouchItsAddressesAlone() {
        try (RedisGrantStore store = open(urls())) {
            store.record(BOB, LONG);
            ClientAddress elsewhere = clientOfAnotherMaster();
            store.record(BOB.from(elsewhere), LONG);

            owner().kill();

            assertThat(RedisOutageTest.known(store, CLIENT)).isEmpty();
            store.record(ALICE, LONG);
            assertThat(RedisOutageTest.known(store, CLIENT)).hasSize(1);
            assertThat(store.find(elsewhere)).hasSize(1);
            store.record(ALICE.from(elsewhere), LONG);
            assertThat(store.find(elsewhere)).hasSize(2);
            assertThat(store.status().cause()).contains("" + owner().port());
            assertThatThrownBy(() -> store.revokeUser("bob@example.org"))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageMatching(
                            "not confirmed: the revocation holds for \\d+ of 128 parts of the client addresses.*");
            assertThat(store.find(elsewhere)).extracting(Grant::login).containsExactly(ALICE.from(elsewhere));

            owner().start();
            await().atMost(Duration.ofSeconds(20)).until(() -> store.status().state() == State.AVAILABLE);
            assertThat(store.revokeUser("bob@example.org")).isEqualTo(1);
            assertThat(store.find(CLIENT)).extracting(Grant::login).containsExactly(ALICE);
        }
    }

    @Test
    void aBlockShouldBeOnEachMasterAndKnownToEachNode() {
        try (RedisGrantStore one = open(urls());
                RedisGrantStore other = open(nodes.get(2).url())) {
            one.blocks().put(block(BLOCKED));

            for (int i = 0; i < 200; i++) {
                assertThat(isBlocked(one, client(i))).isTrue();
                assertThat(isBlocked(other, client(i))).isTrue();
            }
            assertThat(nodes)
                    .allSatisfy(
                            node -> assertThat((Long) node.execute("DBSIZE")).isBetween(38L, 48L));
            assertThat(other.blocks().all().activeAt(Instant.now()))
                    .extracting(Block::target)
                    .containsExactly(BLOCKED);

            other.blocks().remove(BLOCKED);
            for (int i = 0; i < 200; i++) {
                assertThat(isBlocked(one, client(i))).isFalse();
            }
        }
    }

    /** What is confirmed holds everywhere; what is not is said not to be, and holds as far as it can be told. */
    @Test
    void withOneMasterDownABlockShouldHoldAndAChangeNotBeConfirmed() {
        try (RedisGrantStore one = open(urls());
                RedisGrantStore other = open(urls())) {
            one.blocks().put(block(BLOCKED));
            await().until(() ->
                    other.blocks().lastKnown().ofUser(USER, Instant.now()).isPresent());
            ClientAddress elsewhere = clientOfAnotherMaster();

            owner().kill();

            other.record(BOB, LONG);
            assertThat(RedisOutageTest.known(other, CLIENT)).hasSize(1);
            assertThat(other.blocks().lastKnown().ofUser(USER, Instant.now())).isPresent();
            assertThat(isBlocked(other, elsewhere)).isTrue();
            assertThatThrownBy(() -> one.blocks().all()).isInstanceOf(StoreUnavailableException.class);
            assertThatThrownBy(() -> one.blocks().put(block(NETWORK)))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageMatching(
                            "the block holds for [1-9]\\d+ of 128 parts of the client addresses, not for the others.*");
            other.find(elsewhere);
            assertThat(other.blocks().at(elsewhere).ofAddress(CLIENT, Instant.now()))
                    .isPresent();
            assertThatThrownBy(() -> one.blocks().remove(BLOCKED)).isInstanceOf(StoreUnavailableException.class);
            assertThat(isBlocked(other, elsewhere)).isTrue();

            owner().start();
            awaitCluster();
            await().atMost(Duration.ofSeconds(20)).until(() -> one.status().state() == State.AVAILABLE);
            // The masters may take a moment longer to agree that the cluster is complete.
            await().atMost(Duration.ofSeconds(20))
                    .ignoreException(StoreUnavailableException.class)
                    .untilAsserted(() -> one.blocks().put(block(NETWORK)));
            assertThat(one.blocks().remove(BLOCKED)).isPresent();
            assertThat(isBlocked(other, elsewhere)).isFalse();
            other.find(CLIENT);
            assertThat(other.blocks().at(CLIENT).ofAddress(CLIENT, Instant.now()))
                    .isPresent();
        }
    }

    /** A node that was started without a part of the cluster has been told of the blocks by the rest. */
    @Test
    void aNodeThatStartsWithOneMasterDownShouldKnowTheBlocks() {
        try (RedisGrantStore one = open(urls())) {
            one.blocks().put(block(BLOCKED));
            owner().kill();

            try (RedisGrantStore later = open(urls())) {
                later.find(clientOfAnotherMaster());
                later.record(BOB, LONG);

                assertThat(RedisOutageTest.known(later, CLIENT)).hasSize(1);
                assertThat(later.blocks().lastKnown().ofUser(USER, Instant.now()))
                        .isPresent();
            }
        }
    }

    private static Block block(BlockTarget target) {
        Instant now = Instant.now();
        return Block.of(target, now, now.plusSeconds(300), "stolen password", "webadmin");
    }

    private static boolean isBlocked(RedisGrantStore store, ClientAddress address) {
        store.find(address);
        return store.blocks().at(address).ofUser(USER, Instant.now()).isPresent();
    }

    private ClientAddress clientOfAnotherMaster() {
        return IntStream.range(0, 100)
                .mapToObj(RedisClusterTest::client)
                .filter(client -> nodes.indexOf(owner()) != ownerOf(client))
                .findFirst()
                .orElseThrow();
    }

    private static ClientAddress client(int i) {
        return ClientAddress.ofBytes(new byte[] {10, 0, (byte) (i >> 8), (byte) i});
    }

    private static int ownerOf(ClientAddress client) {
        return JedisClusterCRC16.getSlot(new GrantKeys("pbs").grants(client)) * 3 / SLOTS;
    }
}
