// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.popbeforesmtp.store.StoreUnavailableException;
import org.popbeforesmtp.store.Value;
import org.popbeforesmtp.store.ValueKey;
import org.popbeforesmtp.store.ValueStore;
import org.popbeforesmtp.store.ValueStoreContract;

/** Values in a real Redis, whose clock nobody can turn: time really passes. */
class RedisValueStoreTest implements ValueStoreContract {

    @RegisterExtension
    static final TwoNodes NODES = TwoNodes.whoseClocksDiffer();

    @Override
    public ValueStore values() {
        return NODES.node().values();
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
        put(values(), BOB, "x");

        assertThat(NODES.other().values().get(BOB)).hasValueSatisfying(value -> {
            assertThat(value.text()).isEqualTo("x");
            assertThat(value.timeToLive()).isCloseTo(LONG, tolerance());
        });
        assertThat(NODES.other().values().list("usage", "")).containsOnlyKeys(BOB.name());
    }

    @Test
    void nodesThatCountTogetherShouldCountExactly() throws Exception {
        List<ValueKey> keys = IntStream.range(0, 20)
                .mapToObj(i -> ValueKey.of("usage", "user" + i))
                .collect(Collectors.toList());
        ExecutorService threads = Executors.newFixedThreadPool(4);
        for (Future<Object> done : threads.invokeAll(
                List.of(count(values(), keys), count(NODES.other().values(), keys), count(values(), keys)))) {
            done.get();
        }
        threads.shutdown();

        assertThat(values().list("usage", "").values())
                .hasSize(20)
                .extracting(Value::text)
                .containsOnly("90");
    }

    private static Callable<Object> count(ValueStore store, List<ValueKey> keys) {
        return () -> {
            for (int i = 0; i < 30; i++) {
                store.update(
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
        put(values(), ValueKey.of("usage", "192.0.2.1"), "x");

        assertThat(NODES.execute("GET", "{pbs:15}:2:values:usage:192.0.2.1"))
                .isEqualTo("x".getBytes(StandardCharsets.UTF_8));
        assertThat((Long) NODES.execute("PTTL", "{pbs:15}:2:values:usage:192.0.2.1"))
                .isBetween(LONG.toMillis() - 1_000, LONG.toMillis());
    }

    @Test
    void whatIsNoValueOfThisInstallationShouldNotBeListed() {
        put(values(), BOB, "x");
        NODES.execute("SET", "{pbs:15}:2:values:usage:somebody else's", "x");
        NODES.execute("SET", "{other:15}:2:values:usage:192.0.2.1", "x");

        assertThat(values().list("usage", "")).containsOnlyKeys(BOB.name());
    }

    @Test
    void withoutRedisNothingShouldBeAnsweredAndNothingBeForgotten() {
        put(values(), BOB, "x");
        NODES.redis().pause();
        try {
            assertThatThrownBy(() -> put(values(), BOB, "y"))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("Redis cannot be used");
            assertThatThrownBy(() -> values().list("usage", "")).isInstanceOf(StoreUnavailableException.class);
        } finally {
            NODES.redis().resume();
        }
        await().ignoreExceptions()
                .untilAsserted(() -> assertThat(values().get(BOB))
                        .hasValueSatisfying(value -> assertThat(value.text()).isEqualTo("x")));
        assertThat(NODES.node().status().failures()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void aFullRedisShouldTakeNothingNewAndSaySo() {
        put(values(), BOB, "x");
        NODES.execute("CONFIG", "SET", "maxmemory", "1");
        try {
            assertThatThrownBy(() -> put(values(), ValueKey.of("usage", "alice"), "x"))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("OOM");
            assertThat(values().get(BOB)).isPresent();
            values().update(BOB, (key, before) -> Optional.empty());
        } finally {
            NODES.execute("CONFIG", "SET", "maxmemory", "0");
        }
        assertThat(values().list("usage", "")).isEmpty();
    }

    @Test
    void aClosedStoreShouldNotAnswer() {
        NODES.node().close();

        assertThatThrownBy(() -> values().get(BOB)).hasMessage("the store is closed");
        assertThatThrownBy(() -> values().list("usage", "")).hasMessage("the store is closed");
    }
}
