// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.StringDataType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.runtime.MutableClock;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;
import org.popbeforesmtp.store.StoreLimits;
import org.popbeforesmtp.store.StoreUnavailableException;
import org.popbeforesmtp.store.Value;
import org.popbeforesmtp.store.ValueKey;
import org.popbeforesmtp.store.ValueStore;
import org.popbeforesmtp.store.ValueStoreContract;
import org.popbeforesmtp.store.memory.KeptValue;

class FileValueStoreTest implements ValueStoreContract {

    private static final ClientAddress CLIENT = ClientAddress.parse("192.0.2.1");

    private final MutableClock clock = new MutableClock();

    @TempDir
    private Path directory;

    private FileGrantStore store;

    @BeforeEach
    void open() {
        store = open(file());
    }

    private FileGrantStore open(Path path) {
        return FileGrantStore.open(path, clock, StoreLimits.of(100, () -> StoreLimits.MANY_USERS));
    }

    private Path file() {
        return directory.resolve("var").resolve("grants.mv.db");
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Override
    public ValueStore values() {
        return store.values();
    }

    @Override
    public void pass(Duration time) {
        clock.turn(time);
    }

    private void put(ValueKey key, String text, Duration time) {
        values().update(key, (same, before) -> Optional.of(Value.of(text, time)));
    }

    private void restart() {
        store.close();
        store = open(file());
    }

    /** What a reader finds in the file as it is on the disk at this moment, as after a kill. */
    private Optional<Value> inACopyOfTheFile(ValueKey key) throws IOException {
        Path copy = directory.resolve("copy");
        Files.deleteIfExists(copy);
        Files.copy(file(), copy);
        try (FileGrantStore copied = open(copy)) {
            return copied.values().get(key);
        }
    }

    @Test
    void valuesShouldSurviveARestartBesideTheGrants() {
        store.record(Login.of(CLIENT, "bob@example.com", Protocol.POP3, true), Lifetime.parse("1h"));
        put(BOB, "zo\u00eb", LONG);
        put(ValueKey.of("auth", "zo\u00eb:\u0000"), "x", SHORT);
        pass(Duration.ofMillis(999));

        restart();

        assertThat(values().get(BOB)).contains(Value.of("zo\u00eb", LONG.minusMillis(999)));
        assertThat(values().list("auth", "")).containsOnlyKeys("zo\u00eb:\u0000");
        assertThat(store.find(CLIENT)).hasSize(1);
        pass(Duration.ofMillis(1));
        restart();
        assertThat(values().list("auth", "")).isEmpty();
    }

    @Test
    void aValueShouldBeInTheFileWithinASecondAndItsRemovalToo() {
        put(BOB, "x", LONG);
        await().atMost(1, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(inACopyOfTheFile(BOB)).isPresent());

        values().update(BOB, (key, before) -> Optional.empty());
        await().atMost(1, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(inACopyOfTheFile(BOB)).isEmpty());
    }

    @Test
    void whatIsDurableShouldBeInTheFile() throws IOException {
        put(BOB, "x", LONG);
        values().awaitDurable();

        assertThat(inACopyOfTheFile(BOB)).isPresent();
    }

    @Test
    void whatCannotBeWrittenShouldHoldAndSaySoAndBeWrittenLater() throws IOException {
        put(BOB, "1", LONG);
        values().awaitDurable();
        Path away = directory.resolve("away");
        Files.move(file().getParent(), away);
        Files.createFile(file().getParent());
        store.reopenFile();

        put(BOB, "2", LONG);
        assertThatThrownBy(values()::awaitDurable)
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageStartingWith(
                        "It holds in this James until it restarts, but could not be written to " + file())
                .hasMessageEndingWith("repeat it once the file can be written");
        assertThat(values().get(BOB).orElseThrow().text()).isEqualTo("2");

        Files.delete(file().getParent());
        Files.move(away, file().getParent());
        values().awaitDurable();
        assertThat(inACopyOfTheFile(BOB).orElseThrow().text()).isEqualTo("2");
    }

    @Test
    void aClosedStoreShouldNotAnswer() {
        ValueStore values = values();
        store.close();

        assertThatThrownBy(() -> values.get(BOB)).hasMessage("the store is closed");
        assertThatThrownBy(() -> values.list("usage", "")).isInstanceOf(StoreUnavailableException.class);
        assertThatThrownBy(values::awaitDurable).hasMessageContaining("the store is closed");
    }

    @Test
    void aClockThatWasSetBackShouldGiveAValueNoMoreThanWasLeftOfIt() {
        put(BOB, "x", LONG);
        store.close();

        clock.turn(Duration.ofDays(-3650));
        store = open(file());

        assertThat(values().get(BOB).orElseThrow().timeToLive()).isEqualTo(LONG);
    }

    @Test
    void aFileThatIsMadeSmallerShouldKeepTheValues() throws IOException {
        List<ValueKey> many = IntStream.range(0, 20_000)
                .mapToObj(i -> ValueKey.of("usage", "user" + i))
                .collect(Collectors.toList());
        values().update(many, (key, before) -> Optional.of(Value.of("x".repeat(200), SHORT)));
        put(BOB, "x", LONG);
        values().awaitDurable();
        assertThat(Files.size(file())).isGreaterThan(3_000_000);

        pass(SHORT);
        restart();

        assertThat(Files.size(file())).isLessThan(500_000);
        assertThat(values().list("usage", "")).containsOnlyKeys(BOB.name());
    }

    @Test
    void aDamagedValueShouldSetTheFileAsideAndTheGrantsThatWereReadBeforeIt() throws IOException {
        store.record(Login.of(CLIENT, "bob@example.com", Protocol.POP3, true), Lifetime.parse("1h"));
        put(ValueKey.of("a", "before"), "x", LONG);
        put(BOB, "x", LONG);
        store.close();
        try (MVStore file = MVStore.open(file().toString())) {
            MVMap<String, byte[]> values = file.openMap(
                    "values",
                    new MVMap.Builder<String, byte[]>()
                            .keyType(StringDataType.INSTANCE)
                            .valueType(ByteArrayDataType.INSTANCE));
            byte[] record = Objects.requireNonNull(values.get(BOB.toString())).clone();
            record[5] ^= 1;
            values.put(BOB.toString(), record);
        }

        store = open(file());

        assertThat(values().get(BOB)).isEmpty();
        assertThat(values().get(ValueKey.of("a", "before"))).isEmpty();
        assertThat(store.find(CLIENT)).isEmpty();
        assertThat(store.status().grants()).isZero();
        try (Stream<Path> files = Files.list(file().getParent())) {
            assertThat(files.filter(path -> path.toString().contains(".corrupt-")))
                    .hasSize(1);
        }
    }

    /** So that another release can read what this one wrote. */
    @Test
    void theRecordShouldBeAsDocumented() {
        byte[] record = WrittenValues.encoded(new KeptValue(BOB, "h\u00e9", 0x0102030405060708L));

        assertThat(record).endsWith(1, 2, 3, 4, 5, 6, 7, 8, 'h', 0xc3, 0xa9).hasSize(15);
    }
}
