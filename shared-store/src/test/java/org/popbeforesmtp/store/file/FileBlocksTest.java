// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popbeforesmtp.block.BlockStore;
import org.popbeforesmtp.block.BlockStoreContract;
import org.popbeforesmtp.runtime.MutableClock;
import org.popbeforesmtp.store.StoreLimits;
import org.popbeforesmtp.store.StoreUnavailableException;
import org.popbeforesmtp.store.memory.KeptBlockStore;

/** The contract with a file: what is confirmed is on the disk. */
class FileBlocksTest implements BlockStoreContract {

    @TempDir
    private Path directory;

    private final MutableClock clock = new MutableClock();
    private FileGrantStore grants;
    private KeptBlockStore store;

    @BeforeEach
    void open() {
        grants = FileGrantStore.open(
                directory.resolve("grants.mv.db"), clock, StoreLimits.of(100, () -> StoreLimits.MANY_USERS));
        store = new KeptBlockStore(clock, grants.values());
    }

    @AfterEach
    void close() {
        grants.close();
    }

    @Override
    public BlockStore store() {
        return store;
    }

    @Override
    public Instant now() {
        return clock.instant();
    }

    @Override
    public void pass(Duration time) {
        clock.turn(time);
    }

    /** A thousand writes to a disk tell no more than one does. */
    @Override
    public void tooManyBlocksShouldBeRefusedWithAReason() {}

    @Test
    void blocksShouldBeThereAfterARestart() {
        store.put(block(BOB, Duration.ofMinutes(5)));
        store.put(block(NETWORK, Duration.ofMinutes(5)));
        store.remove(BOB);

        close();
        open();

        assertThat(store.at(CLIENT).ofAddress(CLIENT, now())).isPresent();
        assertThat(store.at(CLIENT).ofUser("bob@example.org", now())).isEmpty();
    }

    /** A clock that was set back meanwhile does not make it longer. */
    @Test
    void aBlockShouldLastNoLongerForAClockThatWasSetBack() {
        store.put(block(BOB, Duration.ofMinutes(5)));
        close();
        pass(Duration.ofDays(-1));
        open();

        assertThat(store.at(CLIENT).ofUser("bob@example.org", now())).isPresent();
        pass(Duration.ofMinutes(5));
        assertThat(store.at(CLIENT).ofUser("bob@example.org", now())).isEmpty();
    }

    @Test
    void whatCannotBeWrittenShouldHoldAndNotBeConfirmed() throws Exception {
        Path file = directory.resolve("grants.mv.db");
        grants.reopenFile();
        Files.delete(file);
        Files.createDirectory(file);
        try {
            assertThatThrownBy(() -> store.put(block(BOB, Duration.ofMinutes(5))))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("holds in this James until it restarts, but could not be written to " + file);
            assertThat(store.at(CLIENT).ofUser("bob@example.org", now())).isPresent();
        } finally {
            Files.delete(file);
        }
        store.put(block(BOB, Duration.ofMinutes(5)));
    }
}
