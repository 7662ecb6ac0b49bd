// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.runtime.MutableClock;
import org.popbeforesmtp.store.CapturedLog;
import org.popbeforesmtp.store.Value;
import org.popbeforesmtp.store.ValueKey;
import org.popbeforesmtp.store.ValueStore;
import org.popbeforesmtp.store.ValueStoreContract;

class MemoryValueStoreTest implements ValueStoreContract {

    private final MutableClock clock = new MutableClock();
    private final MemoryValueStore values = new MemoryValueStore(clock);

    @Override
    public ValueStore values() {
        return values;
    }

    @Override
    public void pass(Duration time) {
        clock.turn(time);
    }

    @Test
    void ofEachKindThoseThatEndSoonestShouldMakeRoomAndBeReported() {
        List<ValueKey> changed = new ArrayList<>();
        MemoryValueStore small = new MemoryValueStore(clock, 2, changed::add);
        try (CapturedLog log = new CapturedLog()) {
            put(small, ValueKey.of("a", "1"), 2);
            put(small, ValueKey.of("b", "soon"), 1);
            put(small, ValueKey.of("a", "2"), 3);
            put(small, ValueKey.of("a", "3"), 1);
            assertThat(log.lines("WARN"))
                    .singleElement()
                    .asString()
                    .contains("There are 2 records of the kind a, and no more are kept");
        }

        assertThat(small.list("a", "")).containsOnlyKeys("2", "3");
        assertThat(small.list("b", "")).containsOnlyKeys("soon");
        assertThat(small.evictions()).isOne();
        assertThat(changed)
                .containsExactly(
                        ValueKey.of("a", "1"),
                        ValueKey.of("b", "soon"),
                        ValueKey.of("a", "2"),
                        ValueKey.of("a", "1"),
                        ValueKey.of("a", "3"));
    }

    @Test
    void aValueThatGetsAnotherTextShouldMakeNoneGiveWay() {
        MemoryValueStore small = new MemoryValueStore(clock, 2, key -> {});
        put(small, ValueKey.of("a", "1"), 1);
        put(small, ValueKey.of("a", "2"), 2);

        put(small, ValueKey.of("a", "2"), 3);

        assertThat(small.list("a", "")).containsOnlyKeys("1", "2");
        assertThat(small.evictions()).isZero();
    }

    @Test
    void whatHasEndedShouldBeReportedByTheSweep() {
        List<ValueKey> changed = new ArrayList<>();
        MemoryValueStore store = new MemoryValueStore(clock, 10, changed::add);
        put(store, BOB, 1);
        changed.clear();

        clock.turn(Duration.ofHours(1));
        store.sweep();

        assertThat(changed).containsExactly(BOB);
        assertThat(store.keys()).isEmpty();
    }

    private static void put(ValueStore store, ValueKey key, int hours) {
        store.update(key, (same, before) -> Optional.of(Value.of("x", Duration.ofHours(hours))));
    }
}
