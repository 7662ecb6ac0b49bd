// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.popbeforesmtp.store.GrantStoreContract.ALICE;
import static org.popbeforesmtp.store.GrantStoreContract.BOB;
import static org.popbeforesmtp.store.GrantStoreContract.CLIENT;
import static org.popbeforesmtp.store.GrantStoreContract.LONG;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.redis.RedisSettings;
import org.popbeforesmtp.redis.RedisSettings.Topology;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.StoreStatus.State;

/** A master, a replica and sentinels that make the replica the master. */
class RedisSentinelTest {

    private final List<RedisProcess> processes = new ArrayList<>();

    @AfterEach
    void tearDown() {
        processes.forEach(RedisProcess::close);
    }

    private RedisProcess redis(String... options) {
        RedisProcess redis = RedisProcess.notStarted(RedisBinary.best(), options);
        processes.add(redis);
        return redis;
    }

    private RedisProcess sentinelOf(RedisProcess master, String more) {
        RedisProcess sentinel = redis();
        sentinel.startAsSentinel(String.join(
                "\n",
                "sentinel monitor grants 127.0.0.1 " + master.port() + " 1",
                "sentinel down-after-milliseconds grants 500",
                "sentinel failover-timeout grants 3000",
                more));
        return sentinel;
    }

    private static String masterAt(RedisProcess sentinel) {
        List<?> address = (List<?>) sentinel.execute("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "grants");
        return new String((byte[]) address.get(1), StandardCharsets.UTF_8);
    }

    private static RedisGrantStore open(RedisSettings.Builder settings) {
        return TestStores.open(settings.build(), Clock.systemUTC());
    }

    @Test
    void theStoreShouldFollowTheMaster() {
        RedisProcess first = redis();
        first.start();
        RedisProcess second = redis("--replicaof", "127.0.0.1", "" + first.port());
        second.start();
        RedisProcess sentinel = sentinelOf(first, "");
        RedisProcess dead = redis();
        String url = "redis-sentinel://127.0.0.1:" + dead.port() + ",127.0.0.1:" + sentinel.port() + "#grants";
        try (RedisGrantStore store = open(RedisSettings.at(url))) {
            await().untilAsserted(() -> assertThat(store.status().cause()).isEmpty());
            store.record(BOB, LONG);
            await().until(() -> (Long) second.execute("EXISTS", "{pbs:15}:2:grants:192.0.2.1") == 1L);
            await().until(() -> knowsTheReplica(sentinel));

            first.kill();
            store.record(ALICE, LONG);
            assertThat(RedisOutageTest.known(store, CLIENT))
                    .extracting(Grant::login)
                    .containsExactly(ALICE);
            await().atMost(Duration.ofSeconds(20)).until(() -> store.status().state() == State.AVAILABLE);

            assertThat(masterAt(sentinel)).isEqualTo("" + second.port());
            assertThat(store.find(CLIENT)).extracting(Grant::login).containsExactlyInAnyOrder(BOB, ALICE);
            store.revoke(CLIENT);
            assertThat(second.execute("EXISTS", "{pbs:15}:2:grants:192.0.2.1")).isEqualTo(0L);
        }
    }

    private static boolean knowsTheReplica(RedisProcess sentinel) {
        return !((List<?>) sentinel.execute("SENTINEL", "REPLICAS", "grants")).isEmpty();
    }

    @Test
    void sentinelsShouldGetAPasswordOfTheirOwn() {
        RedisProcess master = redis("--requirepass", "master-s3cret");
        master.start();
        RedisProcess sentinel =
                sentinelOf(master, "sentinel auth-pass grants master-s3cret\nrequirepass sentinel-s3cret");
        RedisSettings.Builder settings = RedisSettings.at("redis://:master-s3cret@127.0.0.1:" + sentinel.port())
                .topology(Topology.SENTINEL)
                .sentinelMaster("grants");

        try (RedisGrantStore store = open(settings)) {
            await().untilAsserted(() -> assertThat(store.status().cause())
                    .contains("sentinel 127.0.0.1:" + sentinel.port(), "NOAUTH")
                    .doesNotContain("s3cret"));
        }
        try (RedisGrantStore store = open(settings.sentinelPassword("sentinel-s3cret"))) {
            await().untilAsserted(() -> assertThat(store.status().cause()).isEmpty());
        }
    }

    @Test
    void anUnknownMasterShouldBeNamed() {
        RedisProcess master = redis();
        master.start();
        RedisProcess sentinel = sentinelOf(master, "");

        try (RedisGrantStore store =
                open(RedisSettings.at("redis-sentinel://127.0.0.1:" + sentinel.port() + "#other"))) {
            await().untilAsserted(() -> assertThat(store.status().cause()).contains("no master named other"));
        }
    }
}
