// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;
import org.popbeforesmtp.store.StoreLimits;
import org.popbeforesmtp.store.StoreStatus.State;
import org.popbeforesmtp.store.StoreUnavailableException;

/** The file store in a process that may not write files beyond a size, which is to it as if the disk were full. */
class FullDiskTest {

    private static final int GRANTS = 8_000;
    private static final int SMALL = 500;

    @TempDir
    private Path directory;

    @Test
    void onAFullDiskTheStoreShouldGoOnInMemoryAndSayWhatToDo() throws Exception {
        Path file = directory.resolve("grants.mv.db");

        String output = runOnDiskOf(SMALL, file);

        assertThat(output)
                .contains("found " + GRANTS + " of " + GRANTS)
                .contains("DEGRADED (grants are kept in memory only, " + file + " cannot be written: ")
                .contains("Free disk space or fix the permissions; writing resumes automatically");
    }

    @Test
    void whatWasWrittenBeforeTheDiskWasFullShouldBeReadAgain() throws Exception {
        Path file = directory.resolve("grants.mv.db");
        runOnDiskOf(SMALL, file);

        try (FileGrantStore store = FileGrantStore.open(
                file, Clock.systemUTC(), StoreLimits.of(2 * GRANTS, () -> StoreLimits.MANY_USERS))) {
            assertThat(store.find(client(0))).isNotEmpty();
            assertThat(store.status().state()).isEqualTo(State.AVAILABLE);
        }
    }

    @Test
    void aFullDiskShouldNotKeepAStoreWithAFileFromOpening() throws Exception {
        Path file = directory.resolve("grants.mv.db");
        runOnDiskOf(SMALL, file);

        assertThat(runOnDiskOf(SMALL, file))
                .contains("found " + GRANTS + " of " + GRANTS)
                .contains("DEGRADED (grants are kept in memory only, " + file + " cannot be written: ")
                .doesNotContain(".corrupt-");
    }

    @Test
    void withoutAFileYetAFullDiskShouldNotKeepTheStoreFromOpening() throws Exception {
        Path file = directory.resolve("grants.mv.db");

        assertThat(runOnDiskOf(0, file))
                .contains("found " + GRANTS + " of " + GRANTS)
                .contains("DEGRADED (grants are kept in memory only, " + file + " cannot be written: File too large)")
                .doesNotContain(".corrupt-");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
    }

    /** What ends the process is no orderly end: nothing but what is on the disk is left. */
    @Test
    void onAFullDiskARevocationShouldNotBeConfirmed() throws Exception {
        Path file = directory.resolve("grants.mv.db");

        assertThat(runOnDiskOf(SMALL, file))
                .contains(
                        "revocation: The revocation holds in this James until it restarts, but could not be written to "
                                + file + ": File too large; repeat it once the file can be written")
                .contains("found after it: 0");
    }

    /** What it says. */
    private static String runOnDiskOf(int blocks, Path file) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(
                        "sh",
                        "-c",
                        "ulimit -f " + blocks + "; exec \"$@\"",
                        "sh",
                        java,
                        "-XX:-UsePerfData",
                        "-XX:TieredStopAtLevel=1",
                        "-classpath",
                        System.getProperty("java.class.path"),
                        FullDiskTest.class.getName(),
                        file.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }

    private static ClientAddress client(int number) {
        return ClientAddress.ofBytes(ByteBuffer.allocate(16)
                .putLong(0x2001_0DB8_0000_0000L)
                .putLong(number)
                .array());
    }

    /** What runs where the disk is full. */
    public static void main(String[] arguments) throws InterruptedException {
        FileGrantStore store = FileGrantStore.open(
                Path.of(arguments[0]), Clock.systemUTC(), StoreLimits.of(2 * GRANTS, () -> StoreLimits.MANY_USERS));
        Lifetime lifetime = Lifetime.parse("1h");
        store.record(Login.of(client(0), "first@example.com", Protocol.POP3, true), lifetime);
        TimeUnit.SECONDS.sleep(1);
        for (int i = 1; i < GRANTS; i++) {
            store.record(Login.of(client(i), "user" + i + "@example.com", Protocol.POP3, true), lifetime);
        }
        for (int i = 0; i < 300 && store.status().cause().isEmpty(); i++) {
            TimeUnit.MILLISECONDS.sleep(100);
        }
        int found = 0;
        for (int i = 0; i < GRANTS; i++) {
            found += store.find(client(i)).size();
        }
        System.out.println("found " + found + " of " + GRANTS + ", " + store.status());
        try {
            store.revoke(client(0));
            System.out.println("revocation: confirmed");
        } catch (StoreUnavailableException e) {
            System.out.println("revocation: " + e.getMessage());
        }
        System.out.println("found after it: " + store.find(client(0)).size());
        store.close();
    }
}
