// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popbeforesmtp.runtime.MutableClock;
import org.popbeforesmtp.store.StoreUnavailableException;

class StoreFileTest {

    @TempDir
    private Path directory;

    @Test
    void anErrorOfTheProgramShouldNotBeTakenForADamagedFile() throws Exception {
        Path path = directory.resolve("grants.mv.db");
        try (StoreFile file = StoreFile.open(path, new MutableClock(), read -> {})) {
            file.map("grants").put("192.0.2.1", new byte[] {1});
            file.commit();
        }

        assertThatThrownBy(() -> StoreFile.open(path, new MutableClock(), read -> {
                    throw new NoClassDefFoundError("org/popbeforesmtp/store/Grant");
                }))
                .isInstanceOf(NoClassDefFoundError.class);

        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).containsExactly(path);
        }
        try (StoreFile file = StoreFile.open(path, new MutableClock(), read -> {})) {
            assertThat(file.map("grants")).containsOnlyKeys("192.0.2.1");
        }
    }

    /** What /proc says of a file that it has no place for; no room on a disk would be worth waiting for, this is not. */
    @Test
    void aPlaceThatTakesNoFilesShouldBeRefusedAtOnce() {
        assertThatThrownBy(() -> StoreFile.open(Path.of("/proc/pop-before-smtp.mv.db"), new MutableClock(), read -> {}))
                .isExactlyInstanceOf(StoreUnavailableException.class)
                .hasMessageStartingWith("/proc/pop-before-smtp.mv.db cannot be made");
    }
}
