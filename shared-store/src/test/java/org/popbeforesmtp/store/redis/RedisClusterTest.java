// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.popbeforesmtp.store.GrantStoreContract.ALICE;
import static org.popbeforesmtp.store.GrantStoreContract.BOB;
import static org.popbeforesmtp.store.GrantStoreContract.CLIENT;
import static org.popbeforesmtp.store.GrantStoreContract.LONG;
import static org.popbeforesmtp.store.GrantStoreContract.OTHER_CLIENT;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.GrantQuery;
import org.popbeforesmtp.store.StoreStatus.State;
import org.popbeforesmtp.store.redis.RedisSettings.Topology;
import redis.clients.jedis.util.JedisClusterCRC16;

/** A cluster of three masters. */
class RedisClusterTest {

    private static final int SLOTS = 16_384;
    private static final int OUR_SLOT = JedisClusterCRC16.getSlot("{pbs}:1:grants:192.0.2.1");

    private final List<RedisProcess> nodes = new ArrayList<>();

    @BeforeEach
    void setUp() {
        for (int i = 0; i < 3; i++) {
            RedisProcess node = RedisProcess.start(
                    RedisBinary.best(), "--cluster-enabled", "yes", "--cluster-node-timeout", "1000");
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
        return RedisGrantStore.open(
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
            assertThat(heir.execute("HLEN", "{pbs}:1:grants:192.0.2.1")).isEqualTo(2L);
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
}
