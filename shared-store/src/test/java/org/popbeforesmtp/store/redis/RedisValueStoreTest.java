// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.store.StoreUnavailableException;
import org.popbeforesmtp.store.Value;
import org.popbeforesmtp.store.ValueKey;
import org.popbeforesmtp.store.ValueStore;
import org.popbeforesmtp.store.ValueStoreContract;

/** Values in a real Redis, whose clock nobody can turn: time really passes. */
class RedisValueStoreTest implements ValueStoreContract {

    private static final RedisProcess REDIS = RedisProcess.start(RedisBinary.best());

    private RedisGrantStore node;
    private RedisGrantStore otherNode;

    @BeforeEach
    void setUp() {
        REDIS.execute("FLUSHALL");
        node = TestStores.open(REDIS.settings().build(), Clock.systemUTC());
        otherNode = TestStores.open(REDIS.settings().build(), Clock.offset(Clock.systemUTC(), Duration.ofMinutes(5)));
    }

    @AfterEach
    void tearDown() {
        node.close();
        otherNode.close();
    }

    @AfterAll
    static void stop() {
        REDIS.close();
    }

    @Override
    public ValueStore values() {
        return node.values();
    }

    @Override
    public void pass(Duration time) {
        TestStores.pass(time);
    }

    @Override
    public Duration tolerance() {
        return Duration.ofMillis(200);
    }

    private static void put(ValueStore store, ValueKey key, String text) {
        store.update(key, (same, before) -> Optional.of(Value.of(text, LONG)));
    }

    @Test
    void anotherNodeShouldSeeAValueAtOnceWhateverItsClockSays() {
        put(node.values(), BOB, "x");

        assertThat(otherNode.values().get(BOB)).hasValueSatisfying(value -> {
            assertThat(value.text()).isEqualTo("x");
            assertThat(value.timeToLive()).isCloseTo(LONG, tolerance());
        });
        assertThat(otherNode.values().list("usage", "")).containsOnlyKeys(BOB.name());
    }

    @Test
    void nodesThatCountTogetherShouldCountExactly() throws Exception {
        List<ValueKey> keys = IntStream.range(0, 20)
                .mapToObj(i -> ValueKey.of("usage", "user" + i))
                .collect(Collectors.toList());
        ExecutorService threads = Executors.newFixedThreadPool(4);
        for (Future<Object> done :
                threads.invokeAll(List.of(count(node, keys), count(otherNode, keys), count(node, keys)))) {
            done.get();
        }
        threads.shutdown();

        assertThat(node.values().list("usage", "").values())
                .hasSize(20)
                .extracting(Value::text)
                .containsOnly("90");
    }

    private static Callable<Object> count(RedisGrantStore store, List<ValueKey> keys) {
        return () -> {
            for (int i = 0; i < 30; i++) {
                store.values()
                        .update(
                                keys,
                                (key, before) -> Optional.of(Value.of(
                                        ""
                                                + (before.map(value -> Integer.parseInt(value.text()))
                                                                .orElse(0)
                                                        + 1),
                                        LONG)));
            }
            return "";
        };
    }

    @Test
    void aValueShouldLieThereAsDocumentedAndEndByItself() {
        put(node.values(), ValueKey.of("usage", "192.0.2.1"), "x");

        assertThat(REDIS.execute("GET", "{pbs:15}:2:values:usage:192.0.2.1"))
                .isEqualTo("x".getBytes(StandardCharsets.UTF_8));
        assertThat((Long) REDIS.execute("PTTL", "{pbs:15}:2:values:usage:192.0.2.1"))
                .isBetween(LONG.toMillis() - 1_000, LONG.toMillis());
    }

    @Test
    void whatIsNoValueOfThisInstallationShouldNotBeListed() {
        put(node.values(), BOB, "x");
        REDIS.execute("SET", "{pbs:15}:2:values:usage:somebody else's", "x");
        REDIS.execute("SET", "{other:15}:2:values:usage:192.0.2.1", "x");

        assertThat(node.values().list("usage", "")).containsOnlyKeys(BOB.name());
    }

    @Test
    void withoutRedisNothingShouldBeAnsweredAndNothingBeForgotten() {
        put(node.values(), BOB, "x");
        REDIS.pause();
        try {
            assertThatThrownBy(() -> put(node.values(), BOB, "y"))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("Redis cannot be used");
            assertThatThrownBy(() -> node.values().list("usage", "")).isInstanceOf(StoreUnavailableException.class);
        } finally {
            REDIS.resume();
        }
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(node.values().get(BOB))
                        .hasValueSatisfying(value -> assertThat(value.text()).isEqualTo("x")));
        assertThat(node.status().failures()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void aFullRedisShouldTakeNothingNewAndSaySo() {
        put(node.values(), BOB, "x");
        REDIS.execute("CONFIG SET maxmemory 1");
        try {
            assertThatThrownBy(() -> put(node.values(), ValueKey.of("usage", "alice"), "x"))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("OOM");
            assertThat(node.values().get(BOB)).isPresent();
            node.values().update(BOB, (key, before) -> Optional.empty());
        } finally {
            REDIS.execute("CONFIG SET maxmemory 0");
        }
        assertThat(node.values().list("usage", "")).isEmpty();
    }

    @Test
    void aClosedStoreShouldNotAnswer() {
        node.close();

        assertThatThrownBy(() -> node.values().get(BOB)).hasMessage("the store is closed");
        assertThatThrownBy(() -> node.values().list("usage", "")).hasMessage("the store is closed");
    }
}
