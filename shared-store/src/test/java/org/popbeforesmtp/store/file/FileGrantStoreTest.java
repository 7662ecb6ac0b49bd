// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.DataType;
import org.h2.mvstore.type.StringDataType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.runtime.MutableClock;
import org.popbeforesmtp.runtime.SteadyClock;
import org.popbeforesmtp.store.CapturedLog;
import org.popbeforesmtp.store.CrowdedAddressContract;
import org.popbeforesmtp.store.FullStoreContract;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.GrantQuery;
import org.popbeforesmtp.store.GrantStore;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;
import org.popbeforesmtp.store.StoreLimits;
import org.popbeforesmtp.store.StoreStatus.State;
import org.popbeforesmtp.store.StoreUnavailableException;

class FileGrantStoreTest implements CrowdedAddressContract, FullStoreContract {

    private static final Lifetime LIFETIME = Lifetime.parse("15m");
    private static final ClientAddress CLIENT = ClientAddress.parse("192.0.2.1");
    private static final ClientAddress OTHER = ClientAddress.parse("2001:db8::1");

    private final MutableClock clock = new MutableClock();
    private final MutableClock wall = new MutableClock();
    private final Clock steady = SteadyClock.startingAt(wall, clock::nanoTime);

    @TempDir
    private Path directory;

    private FileGrantStore store;

    @BeforeEach
    void open() {
        store = open(steady);
    }

    private FileGrantStore open(Clock ofStore) {
        return FileGrantStore.open(file(), ofStore, StoreLimits.of(1_000_000, () -> USERS));
    }

    private Path file() {
        return directory.resolve("var").resolve("grants.mv.db");
    }

    @AfterEach
    void close() throws IOException {
        mendTheDirectory();
        store.close();
    }

    /** Puts a plain file in the place of the directory, so that the store's file can neither be opened nor made. */
    private void breakTheDirectory() throws IOException {
        Files.move(file().getParent(), away());
        Files.createFile(file().getParent());
        store.reopenFile();
    }

    private void mendTheDirectory() throws IOException {
        if (Files.exists(away())) {
            Files.delete(file().getParent());
            Files.move(away(), file().getParent());
        }
    }

    private Path away() {
        return directory.resolve("away");
    }

    @Override
    public GrantStore store() {
        return store;
    }

    @Override
    public Instant now() {
        return steady.instant();
    }

    @Override
    public void pass(Duration time) {
        clock.turn(time);
        wall.turn(time);
    }

    @Override
    public void setWallClock(Duration by) {
        wall.turn(by);
    }

    @Override
    public GrantStore storeOf(long grants) {
        return FileGrantStore.open(
                directory.resolve("small"), steady, StoreLimits.of(grants, () -> StoreLimits.MANY_USERS));
    }

    @Test
    void grantsShouldSurviveARestartAsTheyWere() {
        Grant bob = store.record(Login.of(CLIENT, "bob@example.com", Protocol.POP3, true), LIFETIME);
        Grant nobody = store.record(Login.ofUnknownUser(CLIENT, Protocol.DRAC, false), Lifetime.parse("1h"));
        ClientAddress other = ClientAddress.parse("2001:db8::1");
        Grant al = store.record(Login.of(other, "al\u00e9\u0001@example.com", Protocol.MANUAL, false), LIFETIME);
        store.close();

        store = open(clock);

        assertThat(store.find(CLIENT)).containsExactlyInAnyOrder(bob, nobody);
        assertThat(store.find(other)).containsExactly(al);
    }

    @Test
    void grantsThatEndedWhileJamesWasDownShouldBeGone() {
        store.record(Login.of(CLIENT, "bob@example.com", Protocol.POP3, true), LIFETIME);
        store.close();
        clock.turn(LIFETIME.toDuration());

        store = open(clock);

        assertThat(store.find(CLIENT)).isEmpty();
        assertThat(store.status().grants()).isZero();
    }

    @Test
    void aStartShouldRemoveFromTheFileWhatHasEndedAndWriteNothingElse() {
        store.record(Login.of(CLIENT, "bob@example.com", Protocol.POP3, true), LIFETIME);
        store.record(Login.of(OTHER, "bob@example.com", Protocol.POP3, true), Lifetime.parse("1h"));
        store.close();
        long written = clock.millis();
        clock.turn(Duration.ofMinutes(1));
        restart();
        assertThat(inTheFile("meta", StringDataType.INSTANCE)).containsEntry("writtenAt", Long.toString(written));

        clock.turn(LIFETIME.toDuration());
        restart();

        assertThat(inTheFile("grants", ByteArrayDataType.INSTANCE)).containsOnlyKeys(OTHER.toString());
        store = open(clock);
        assertThat(store.find(OTHER)).hasSize(1);
    }

    /** Opens the store, has it write what it has to write, and closes it. */
    private void restart() {
        store = open(clock);
        store.revoke(ClientAddress.parse("192.0.2.9"));
        store.close();
    }

    private <V> Map<String, V> inTheFile(String map, DataType<V> type) {
        try (MVStore file = MVStore.open(file().toString())) {
            return new HashMap<>(file.openMap(
                    map,
                    new MVMap.Builder<String, V>()
                            .keyType(StringDataType.INSTANCE)
                            .valueType(type)));
        }
    }

    @Test
    void aRevokedGrantShouldNotComeBackWithARestart() {
        store.record(Login.of(CLIENT, "bob@example.com", Protocol.POP3, true), LIFETIME);
        store.close();
        store = open(clock);
        store.revoke(CLIENT);
        store.close();

        store = open(clock);

        assertThat(store.find(CLIENT)).isEmpty();
    }

    @Test
    void aGrantShouldBeInTheFileWithinASecond() {
        store.record(Login.of(CLIENT, "bob@example.com", Protocol.POP3, true), LIFETIME);

        await().atMost(1, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(copyOfTheFile()).isEqualTo(1));
    }

    /** How many grants a reader finds in the file as it is on the disk at this moment, as after a kill. */
    private int copyOfTheFile() throws IOException {
        Path copy = directory.resolve("copy");
        Files.deleteIfExists(copy);
        Files.copy(file(), copy);
        try (FileGrantStore copied =
                FileGrantStore.open(copy, clock, StoreLimits.of(10, () -> StoreLimits.MANY_USERS))) {
            return copied.find(CLIENT).size();
        }
    }

    // ---- revocations

    @Test
    void aRevocationShouldBeInTheFileWhenItIsAnswered() throws IOException {
        store.record(Login.of(CLIENT, "bob@example.com", Protocol.POP3, true), LIFETIME);
        store.record(Login.of(CLIENT, "al@example.com", Protocol.POP3, true), LIFETIME);
        await().until(() -> copyOfTheFile() == 2);

        assertThat(store.revokeUser("bob@example.com")).isEqualTo(1);
        assertThat(copyOfTheFile()).isEqualTo(1);

        assertThat(store.revoke(CLIENT)).isEqualTo(1);
        assertThat(copyOfTheFile()).isZero();
    }

    @Test
    void aRevocationThatCannotBeWrittenShouldHoldInThisProcessAndSaySo() throws IOException {
        store.record(Login.of(CLIENT, "bob@example.com", Protocol.POP3, true), LIFETIME);
        Grant als = store.record(Login.of(CLIENT, "al@example.com", Protocol.POP3, true), LIFETIME);
        await().until(() -> copyOfTheFile() == 2);
        breakTheDirectory();

        assertThatThrownBy(() -> store.revokeUser("bob@example.com"))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining(
                        "The revocation holds in this James until it restarts, but could not be written to " + file())
                .hasMessageContaining("repeat it once the file can be written");
        assertThat(store.find(CLIENT)).containsExactly(als);

        // The clock stands still: a revocation does not wait for the next try.
        mendTheDirectory();
        assertThat(store.revokeUser("bob@example.com")).isZero();
        assertThat(copyOfTheFile()).isEqualTo(1);
    }

    @Test
    void aClosedStoreShouldNotConfirmARevocation() {
        store.close();

        assertThatThrownBy(() -> store.revoke(CLIENT)).isInstanceOf(StoreUnavailableException.class);
    }

    // ---- a clock that is set between two starts

    @Test
    void aClockThatWasSetBackShouldGiveAGrantNoMoreThanWasLeftOfIt() {
        Grant grant = store.record(Login.of(CLIENT, "bob@example.com", Protocol.POP3, true), LIFETIME);
        pass(Duration.ofMinutes(5));
        store.renew(grant, Duration.ofMinutes(12));
        store.close();

        clock.turn(Duration.ofDays(-3650));
        store = open(clock);

        Grant restored = store.find(CLIENT).get(0);
        assertThat(restored.expiresAt()).isEqualTo(clock.instant().plus(Duration.ofMinutes(12)));
        assertThat(restored.grantedAt()).isEqualTo(clock.instant().minus(Duration.ofMinutes(5)));
        assertThat(store.renew(restored, LIFETIME)).isPresent();
        pass(LIFETIME.toDuration());
        assertThat(store.find(CLIENT)).isEmpty();
    }

    @Test
    void aFileThatDoesNotSayWhenItWasWrittenShouldBeReadAsOfItsLatestLogin() throws IOException {
        store.record(Login.of(CLIENT, "bob@example.com", Protocol.POP3, true), LIFETIME);
        store.close();
        try (MVStore old = MVStore.open(file().toString())) {
            meta(old).remove("writtenAt");
        }
        clock.turn(Duration.ofDays(-1));

        store = open(clock);

        assertThat(store.find(CLIENT)).hasSize(1);
        pass(LIFETIME.toDuration());
        assertThat(store.find(CLIENT)).isEmpty();
    }

    @Test
    void noGrantInAFileShouldLastLongerThanADay() throws IOException {
        store.close();
        long now = clock.millis();
        Login login = Login.of(CLIENT, "bob@example.com", Protocol.POP3, true);
        try (MVStore file = MVStore.open(file().toString())) {
            MVMap<String, byte[]> grants = file.openMap(
                    "grants",
                    new MVMap.Builder<String, byte[]>()
                            .keyType(StringDataType.INSTANCE)
                            .valueType(ByteArrayDataType.INSTANCE));
            Grant endless = Grant.ofEpochMillis(
                    login, now - 1, now + Duration.ofDays(3650).toMillis());
            grants.put(
                    CLIENT.toString(),
                    WrittenMap.withChecksum(CLIENT.toString(), WrittenGrants.encoded(List.of(endless))));
        }

        store = open(clock);

        assertThat(store.find(CLIENT))
                .extracting(Grant::expiresAt)
                .containsExactly(clock.instant().plus(Duration.ofDays(1)));
    }

    // ---- the stored format

    /** The file was written by release 1.0 at 2026-05-04T10:00:00.123Z. */
    @Test
    void aFileOfTheFirstReleaseShouldBeReadable() throws IOException {
        store.close();
        try (InputStream golden = FileGrantStoreTest.class.getResourceAsStream("format-1.mv.db")) {
            Files.copy(golden, file(), StandardCopyOption.REPLACE_EXISTING);
        }

        store = open(new MutableClock(Instant.parse("2026-05-04T10:05:00Z")));

        ClientAddress v6 = ClientAddress.parse("2001:db8::1");
        assertThat(store.list(GrantQuery.all()))
                .containsExactly(
                        golden(Login.of(CLIENT, "al\u00e9@example.com", Protocol.MANUAL, true), "24h"),
                        golden(Login.of(CLIENT, "bob@example.com", Protocol.POP3, false), "20m"),
                        golden(Login.of(CLIENT, "bob@example.com", Protocol.POP3, true), "15m"),
                        golden(Login.ofUnknownUser(v6, Protocol.DRAC, false), "15m"),
                        golden(Login.of(v6, "zo\u00eb@example.com", Protocol.of("imap"), true), "15m"));
        assertThat(setAside()).isEmpty();
    }

    private static Grant golden(Login login, String lifetime) {
        return Grant.issue(login, Instant.parse("2026-05-04T10:00:00.123Z"), Lifetime.parse(lifetime));
    }

    // ---- the file

    @Test
    void theFileShouldBeReadableByItsOwnerAlone() throws IOException {
        assertThat(Files.getPosixFilePermissions(file())).isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void aSecondStoreOnTheFileShouldBeToldWhatToDo() {
        assertThatThrownBy(() -> open(clock))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining(file().toString())
                .hasMessageContaining("in use by another process");
    }

    @Test
    void aDamagedFileShouldBeSetAside() throws IOException {
        store.close();
        byte[] garbage = new byte[20_000];
        Arrays.fill(garbage, (byte) 'x');
        Files.write(file(), garbage);

        try (CapturedLog log = new CapturedLog()) {
            store = open(clock);

            assertThat(log.lines("WARN"))
                    .singleElement()
                    .asString()
                    .contains(
                            file() + " cannot be read (",
                            "). It is now " + setAside().get(0) + ", and the store begins");
        }
        assertThat(store.find(CLIENT)).isEmpty();
        assertThat(setAside()).hasSize(1);
        assertThat(Files.readAllBytes(setAside().get(0))).isEqualTo(garbage);
    }

    /** Where the damage is decides what MVStore makes of it: most of it shows only when the page is read. */
    @Test
    void aFileThatIsDamagedAnywhereShouldKeepNobodyOutAndMakeNoGrant() throws IOException {
        Set<Grant> recorded = new HashSet<>();
        for (int i = 0; i < 2_000; i++) {
            ClientAddress address = ClientAddress.ofBytes(new byte[] {10, 0, (byte) (i >> 8), (byte) i});
            recorded.add(store.record(Login.of(address, "user" + i + "@example.com", Protocol.POP3, true), LIFETIME));
        }
        store.close();
        byte[] whole = Files.readAllBytes(file());
        Random random = new Random(1);
        for (int i = 0; i < 60; i++) {
            byte[] damaged = whole.clone();
            int start = random.nextInt(damaged.length);
            int length = i % 2 == 0 ? 1 : Math.min(500, damaged.length - start);
            for (int at = start; at < start + length; at++) {
                damaged[at] ^= (byte) (1 << random.nextInt(8));
            }
            Files.write(file(), damaged);
            clock.turn(Duration.ofMillis(1));

            store = open(clock);

            assertThat(recorded.containsAll(store.list(GrantQuery.all()))).isTrue();
            store.close();
        }
        assertThat(setAside()).hasSizeGreaterThan(30);
    }

    @Test
    void aTornFileShouldNotKeepTheStoreFromOpening() throws IOException {
        for (int i = 0; i < 5_000; i++) {
            ClientAddress address = ClientAddress.ofBytes(new byte[] {10, 0, (byte) (i >> 8), (byte) i});
            store.record(Login.of(address, "user" + i + "@example.com", Protocol.POP3, true), LIFETIME);
        }
        store.close();
        byte[] whole = Files.readAllBytes(file());
        for (int part = 1; part < 8; part++) {
            Files.write(file(), Arrays.copyOf(whole, whole.length * part / 8));
            store = open(clock);
            store.record(Login.of(CLIENT, "bob@example.com", Protocol.POP3, true), LIFETIME);
            assertThat(store.find(CLIENT)).hasSize(1);
            store.close();
        }
    }

    @Test
    void aFileOfALaterReleaseShouldBeSetAsideUntouched() throws IOException {
        store.close();
        try (MVStore later = MVStore.open(file().toString())) {
            meta(later).put("format", "2");
        }

        store = open(clock);

        assertThat(setAside()).hasSize(1);
        try (MVStore aside = new MVStore.Builder()
                .fileName(setAside().get(0).toString())
                .readOnly()
                .open()) {
            assertThat(meta(aside)).containsEntry("format", "2");
        }
    }

    private static MVMap<String, String> meta(MVStore file) {
        return file.openMap(
                "meta",
                new MVMap.Builder<String, String>()
                        .keyType(StringDataType.INSTANCE)
                        .valueType(StringDataType.INSTANCE));
    }

    private List<Path> setAside() throws IOException {
        try (Stream<Path> files = Files.list(file().getParent())) {
            return files.filter(path -> path.getFileName().toString().contains(".corrupt-"))
                    .toList();
        }
    }

    @Test
    void aPathThatCannotBeMadeShouldBeNamed() throws IOException {
        Path plain = Files.createFile(directory.resolve("plain"));

        assertThatThrownBy(() -> FileGrantStore.open(
                        plain.resolve("grants.mv.db"), clock, StoreLimits.of(10, () -> StoreLimits.MANY_USERS)))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining(plain.resolve("grants.mv.db").toString())
                .hasMessageContaining("set file.path");
        assertThatThrownBy(
                        () -> FileGrantStore.open(directory, clock, StoreLimits.of(10, () -> StoreLimits.MANY_USERS)))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining(directory + " is not a file");
    }

    @Test
    void whileTheFileCannotBeWrittenTheStoreShouldGoOnAndThenWriteEverything() throws IOException {
        Grant before = store.record(Login.of(CLIENT, "bob@example.com", Protocol.POP3, true), LIFETIME);
        await().until(() -> copyOfTheFile() == 1);
        breakTheDirectory();
        try (CapturedLog log = new CapturedLog()) {
            Grant meanwhile = store.record(Login.of(CLIENT, "al@example.com", Protocol.POP3, true), LIFETIME);

            await().untilAsserted(() -> assertThat(store.status().state()).isEqualTo(State.DEGRADED));
            assertThat(store.status().cause()).contains(file().toString());
            assertThat(store.find(CLIENT)).containsExactlyInAnyOrder(before, meanwhile);

            mendTheDirectory();
            pass(Duration.ofSeconds(10));
            await().untilAsserted(() -> assertThat(store.status().state()).isEqualTo(State.AVAILABLE));
            assertThat(copyOfTheFile()).isEqualTo(2);
            assertThat(log.lines("WARN"))
                    .hasSize(2)
                    .first()
                    .asString()
                    .contains(file() + " cannot be written", "writing resumes automatically");
            assertThat(log.lines("WARN").get(1)).contains(file() + " can be written again, and holds all there is");
        }
    }

    @Test
    void anErrorWhileAGrantIsWrittenShouldLoseNothing() throws IOException {
        AtomicInteger errors = new AtomicInteger();
        store.close();
        store = open(new FaultyClock(clock, errors));
        // What is to be written after the start is written then.
        store.revoke(ClientAddress.parse("192.0.2.2"));

        errors.set(1);
        store.record(Login.of(CLIENT, "bob@example.com", Protocol.POP3, true), LIFETIME);
        await().untilAsserted(() -> assertThat(store.status().cause()).contains("OutOfMemoryError: of the test"));
        assertThat(copyOfTheFile()).isZero();

        clock.turn(Duration.ofMillis(250));
        await().untilAsserted(() -> assertThat(copyOfTheFile()).isEqualTo(1));
    }

    /** Asked for the time while changes are written, it throws so many errors first. */
    private static final class FaultyClock extends Clock {
        private final Clock clock;
        private final AtomicInteger errors;

        private FaultyClock(Clock clock, AtomicInteger errors) {
            this.clock = clock;
            this.errors = errors;
        }

        @Override
        public Instant instant() {
            boolean isWriting = StackWalker.getInstance()
                    .walk(frames ->
                            frames.anyMatch(frame -> frame.getClassName().equals(Unwritten.class.getName())
                                    && frame.getMethodName().equals("takeEach")));
            if (isWriting && errors.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                throw new OutOfMemoryError("of the test");
            }
            return clock.instant();
        }

        @Override
        public ZoneId getZone() {
            return clock.getZone();
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void theFileShouldShrinkAgainWhenGrantsEnd() throws IOException {
        // So that all is written at once.
        breakTheDirectory();
        for (int i = 0; i < 100_000; i++) {
            ClientAddress address = ClientAddress.ofBytes(new byte[] {10, (byte) (i >> 16), (byte) (i >> 8), (byte) i});
            store.record(Login.of(address, "user" + i + "@example.com", Protocol.POP3, true), LIFETIME);
        }
        mendTheDirectory();
        store.revoke(CLIENT);
        store.close();
        assertThat(Files.size(file()) / 100_000)
                .as("bytes that a grant takes, as docs/operations.md says")
                .isBetween(50L, 80L);
        store = open(clock);

        clock.turn(Duration.ofHours(1));
        await().atMost(30, TimeUnit.SECONDS).until(() -> store.status().grants() == 0);
        store.close();

        assertThat(Files.size(file())).isLessThan(500_000);
        store = open(clock);
    }
}
