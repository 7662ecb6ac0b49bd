// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.block.Block;
import org.popbeforesmtp.block.BlockStore;
import org.popbeforesmtp.block.BlockTarget;
import org.popbeforesmtp.store.GrantQuery;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;
import org.popbeforesmtp.store.StoreLimits;
import org.popbeforesmtp.store.memory.KeptBlockStore;

/** The file store in a process of its own that ends without closing the store: it is killed, or has too little memory. */
class KilledProcessTest {

    private static final Lifetime LIFETIME = Lifetime.parse("1h");
    private static final ClientAddress REVOKED = ClientAddress.parse("192.0.2.1");
    private static final ClientAddress OTHER = ClientAddress.parse("192.0.2.2");
    private static final ClientAddress NOBODYS = ClientAddress.parse("192.0.2.3");
    private static final int LARGE = 20_000;

    @TempDir
    private Path directory;

    @Test
    void aRevocationAndABlockThatWereConfirmedShouldSurviveAKill() throws Exception {
        Process process = start("-Xmx64m");
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            assertThat(output.readLine()).isEqualTo("found 0");
            assertThat(output.readLine()).isEqualTo("confirmed");
            // SIGKILL
            process.destroyForcibly();
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }

        try (FileGrantStore store = open(file())) {
            assertThat(store.find(REVOKED)).isEmpty();
            assertThat(store.find(OTHER)).hasSize(1);
            assertThat(blocks(store).at(OTHER).ofUser("eve@example.com", Instant.now()))
                    .isPresent();
            assertThat(blocks(store).at(OTHER).ofUser("mallory@example.com", Instant.now()))
                    .isEmpty();
        }
    }

    private static BlockStore blocks(FileGrantStore store) {
        return new KeptBlockStore(Clock.systemUTC(), store.values());
    }

    @Test
    void aFileThatIsTooLargeForTheMemoryShouldNotBeSetAside() throws Exception {
        try (FileGrantStore store = open(file())) {
            for (int i = 0; i < LARGE; i++) {
                ClientAddress address = ClientAddress.ofBytes(new byte[] {10, 0, (byte) (i >> 8), (byte) i});
                store.record(Login.of(address, "u".repeat(1_000) + i, Protocol.POP3, true), LIFETIME);
            }
        }

        Process process = start("-Xmx14m");
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();

        assertThat(output).contains("heap space").doesNotContain("found");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).containsExactly(file());
        }
        try (FileGrantStore store = open(file())) {
            assertThat(store.list(GrantQuery.all())).hasSize(LARGE);
        }
    }

    private Path file() {
        return directory.resolve("grants.mv.db");
    }

    private Process start(String memory) throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        return new ProcessBuilder(
                        java,
                        "-XX:-UsePerfData",
                        "-XX:TieredStopAtLevel=1",
                        memory,
                        "-classpath",
                        System.getProperty("java.class.path"),
                        KilledProcessTest.class.getName(),
                        file().toString())
                .redirectErrorStream(true)
                .start();
    }

    private static FileGrantStore open(Path file) {
        return FileGrantStore.open(file, Clock.systemUTC(), StoreLimits.of(2 * LARGE, () -> 100));
    }

    private static Block block(String user) {
        Instant now = Instant.now();
        return Block.of(BlockTarget.ofUser(user), now, now.plusSeconds(600), "stolen", "test");
    }

    /** What runs until it is killed. */
    public static void main(String[] arguments) throws InterruptedException {
        FileGrantStore store = open(Path.of(arguments[0]));
        System.out.println("found " + store.status().grants());
        store.record(Login.of(REVOKED, "bob@example.com", Protocol.POP3, true), LIFETIME);
        store.record(Login.of(OTHER, "bob@example.com", Protocol.POP3, true), LIFETIME);
        // Waits until both are in the file.
        store.revoke(NOBODYS);
        store.revoke(REVOKED);
        blocks(store).put(block("eve@example.com"));
        blocks(store).put(block("mallory@example.com"));
        blocks(store).remove(BlockTarget.ofUser("mallory@example.com"));
        System.out.println("confirmed");
        TimeUnit.MINUTES.sleep(1);
    }
}
