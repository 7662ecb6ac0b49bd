// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/**
 * The classes of a James as a Java virtual machine has them once they are loaded and verified, in a file that it maps instead of
 * reading hundreds of jars (class data sharing). The first test makes it. A virtual machine that cannot use the file leaves
 * it alone.
 */
final class ClassArchive {

    private static final String USER = "archive@example.org";
    private static final String PASSWORD = "only-for-tests";

    private final Path file;

    /** Of a James whose class path, program and options have this digest. */
    ClassArchive(String digest) {
        file = Build.target().resolve("james-classes-" + digest + ".jsa");
    }

    /** For a virtual machine with exactly the class path and the options of the digest. */
    List<String> options() {
        return Files.exists(file)
                ? List.of("-XX:+IgnoreUnrecognizedVMOptions", "-Xshare:auto", "-XX:SharedArchiveFile=" + file)
                : List.of();
    }

    /** Makes the file unless it is there, or another process is at it. */
    synchronized void make() {
        if (Files.exists(file)) {
            return;
        }
        try (FileChannel channel = FileChannel.open(
                        file.resolveSibling(file.getFileName() + ".lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock != null && !Files.exists(file)) {
                record();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void record() throws IOException {
        Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
        try (SmtpSink sink = SmtpSink.start();
                JamesServer james = JamesServer.in(Build.target().resolve("james-classes"))
                        .withImap()
                        .relayTo(sink)
                        .option("-XX:+IgnoreUnrecognizedVMOptions")
                        .option("-XX:ArchiveClassesAtExit=" + unfinished)
                        .start()) {
            use(james);
            james.stop();
        } catch (IllegalStateException e) {
            // The machine is too busy to write it in time; the tests start James without it.
            return;
        }
        if (Files.exists(unfinished)) {
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** So that the classes of the protocols are loaded. */
    private static void use(JamesServer james) {
        james.webAdmin().createDomain("example.org").createUser(USER, PASSWORD);
        String client = "127.0.0.2";
        james.checkMail(client, USER, PASSWORD);
        try (ImapClient imap = james.imap(client);
                SmtpClient smtp = james.smtp(client)) {
            imap.login(USER, PASSWORD);
            smtp.startTls();
            smtp.send(USER, "somebody@elsewhere.invalid", "first");
            smtp.send("somebody@elsewhere.invalid", USER, "second");
        }
    }
}
