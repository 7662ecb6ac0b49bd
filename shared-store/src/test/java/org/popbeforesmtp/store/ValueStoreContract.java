// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every {@link ValueStore} promises. The store is empty when a test begins. */
public interface ValueStoreContract {

    Duration SHORT = Duration.ofSeconds(1);
    Duration LONG = Duration.ofDays(90);
    ValueKey BOB = ValueKey.of("usage", "2026-05-04 bob@example.org");

    /** The store under test; always the same one within a test. */
    ValueStore values();

    /** Lets time pass for the store. */
    void pass(Duration time);

    /** How far an instant that the store or the test measures may be off. */
    default Duration tolerance() {
        return Duration.ZERO;
    }

    static ValueKey key(String kind, String name) {
        return ValueKey.of(kind, name);
    }

    private void put(ValueKey key, String text, Duration time) {
        values().update(key, (same, before) -> Optional.of(Value.of(text, time)));
    }

    private String text(ValueKey key) {
        return values().get(key).map(Value::text).orElse("-");
    }

    private static ValueStore.Change plusOne() {
        return (key, before) ->
                Optional.of(before.map(value -> Value.of("" + (Integer.parseInt(value.text()) + 1), value.timeToLive()))
                        .orElseGet(() -> Value.of("1", LONG)));
    }

    @Test
    default void whatNobodyHasPutShouldNotBeThere() {
        assertThat(values().get(BOB)).isEmpty();
        assertThat(values().list("usage", "")).isEmpty();
        assertThat(values().update(List.of(), plusOne())).isEmpty();
        assertThat(values().evictions()).isZero();
        assertThatCode(values()::awaitDurable).doesNotThrowAnyException();
    }

    @Test
    default void updateShouldChangeEachValueByWhatItWas() {
        ValueKey other = key("usage", "other");
        put(BOB, "5", LONG);

        assertThat(values().update(List.of(BOB, other), plusOne()))
                .containsOnlyKeys(BOB, other)
                .extractingByKey(BOB)
                .extracting(Value::text)
                .isEqualTo("6");

        assertThat(text(BOB)).isEqualTo("6");
        assertThat(text(other)).isEqualTo("1");
    }

    @Test
    default void aChangeToNothingShouldRemoveTheValue() {
        put(BOB, "5", LONG);

        assertThat(values().update(BOB, (key, before) -> Optional.empty())).isEmpty();

        assertThat(values().get(BOB)).isEmpty();
        assertThat(values().list("usage", "")).isEmpty();
    }

    @Test
    default void putIfAbsentShouldLeaveWhatIsThere() {
        put(BOB, "first", LONG);

        values().update(BOB, (key, before) -> before.or(() -> Optional.of(Value.of("second", LONG))));

        assertThat(text(BOB)).isEqualTo("first");
    }

    @Test
    default void aValueShouldCountUntilItsEndAndNoLonger() {
        put(BOB, "5", SHORT);
        pass(SHORT.minusMillis(1).minus(tolerance()));
        assertThat(text(BOB)).isEqualTo("5");
        assertThat(values().list("usage", "")).hasSize(1);

        pass(Duration.ofMillis(1).plus(tolerance()));

        assertThat(values().get(BOB)).isEmpty();
        assertThat(values().list("usage", "")).isEmpty();
    }

    @Test
    default void aValueShouldTellHowLongItIsStillKeptAndKeepItsEndWithAnotherText() {
        put(BOB, "5", LONG);
        pass(SHORT);

        values().update(List.of(BOB), plusOne());

        Duration left = values().get(BOB).orElseThrow().timeToLive();
        assertThat(left).isCloseTo(LONG.minus(SHORT), tolerance().plusMillis(1));
        assertThat(values().list("usage", "").values())
                .singleElement()
                .satisfies(value -> assertThat(value.timeToLive())
                        .isCloseTo(left, tolerance().plusMillis(1)));
    }

    @Test
    default void aValueShouldGetANewEnd() {
        put(BOB, "5", SHORT);
        put(BOB, "5", LONG);

        pass(SHORT.plus(tolerance()));

        assertThat(text(BOB)).isEqualTo("5");
    }

    @Test
    default void listShouldTellOneKindInOrderFromAName() {
        List<String> names = IntStream.range(0, 300)
                .mapToObj(i -> String.format("2026-05-%02d user%d", i % 30 + 1, i))
                .collect(Collectors.toList());
        values().update(
                        names.stream().map(name -> key("usage", name)).collect(Collectors.toList()),
                        (key, before) -> Optional.of(Value.of("of " + key.name(), LONG)));
        put(key("usage-2", "2026-05-15 else"), "else", LONG);
        put(key("auth", "2026-05-15 else"), "else", LONG);

        assertThat(values().list("usage", "").keySet()).containsExactlyElementsOf(sorted(names, ""));
        assertThat(values().list("usage", "2026-05-15 ").keySet())
                .containsExactlyElementsOf(sorted(names, "2026-05-15 "));
        assertThat(values().list("usage", names.get(17)))
                .extractingByKey(names.get(17))
                .extracting(Value::text)
                .isEqualTo("of " + names.get(17));
    }

    private static List<String> sorted(List<String> names, String from) {
        return names.stream().filter(name -> name.compareTo(from) >= 0).sorted().collect(Collectors.toList());
    }

    @Test
    default void namesAndTextsShouldBeKeptAsTheyAre() {
        String odd = "*=cmd|'/c calc'!A1 [a-z] {x}:<script>\n\"\u00fc\u0000\uD83D\uDE00@example.com?\\";
        ValueKey key = key("usage", odd);
        put(key, odd, LONG);
        put(key("usage", "empty"), "", LONG);

        values().update(key, (same, before) -> before.map(value -> Value.of(value.text() + "!", value.timeToLive())));

        assertThat(text(key)).isEqualTo(odd + "!");
        assertThat(values().list("usage", "")).containsOnlyKeys(odd, "empty");
        assertThat(values().get(key("usage", "empty")).orElseThrow().text()).isEmpty();
        assertThat(values().update(key, (same, before) -> Optional.empty())).isEmpty();
    }

    @Test
    default void changesAtOnceShouldAllCount() throws Exception {
        List<ValueKey> keys =
                IntStream.range(0, 5).mapToObj(i -> key("usage", "user" + i)).collect(Collectors.toList());
        Callable<Object> counting = () -> {
            for (int i = 0; i < 50; i++) {
                values().update(keys, plusOne());
            }
            return "";
        };
        ExecutorService threads = Executors.newFixedThreadPool(4);
        for (Future<Object> done : threads.invokeAll(List.of(counting, counting, counting, counting))) {
            done.get();
        }
        threads.shutdown();

        assertThat(keys).extracting(this::text).containsOnly("200");
    }

    @Test
    default void oneAloneShouldBeTheFirst() throws Exception {
        List<Callable<Boolean>> claims = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String claim = "claim " + i;
            claims.add(() -> values().update(BOB, (key, before) -> before.or(() -> Optional.of(Value.of(claim, LONG))))
                    .filter(value -> value.text().equals(claim))
                    .isPresent());
        }
        ExecutorService threads = Executors.newFixedThreadPool(claims.size());
        int first = 0;
        for (Future<Boolean> claimed : threads.invokeAll(claims)) {
            first += claimed.get() ? 1 : 0;
        }
        threads.shutdown();

        assertThat(first).isOne();
    }
}
