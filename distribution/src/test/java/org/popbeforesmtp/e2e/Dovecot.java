// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * Debian's Dovecot with the shipped post-login script: of the script only the address of WebAdmin is changed and the places
 * of files. Needs root and the packages dovecot-pop3d and curl. Every user has the same password.
 */
final class Dovecot implements AutoCloseable {

    private static final Path SAMPLES = Build.sampleConfiguration().resolve("other-pop3-server");
    private static final String CONFIGURATION = "protocols = pop3\n"
            // Names may have any character, as James allows.
            + "auth_username_chars =\n"
            + "listen = 127.0.0.1\n"
            + "base_dir = %1$s/run\n"
            + "log_path = %1$s/log\n"
            + "ssl = no\n"
            + "disable_plaintext_auth = no\n"
            + "mail_location = maildir:%1$s/mail/%%u\n"
            + "passdb {\n  driver = static\n  args = password=" + MailSite.PASSWORD + "\n}\n"
            + "userdb {\n  driver = static\n  args = uid=nobody gid=nogroup home=%1$s/mail/%%u\n}\n"
            + "service pop3-login {\n  inet_listener pop3 {\n    port = %2$d\n  }\n}\n";

    /** What the script authenticates with at WebAdmin. */
    static final String TOKEN = "a-token-of-32-characters-or-more";

    private final Path directory;
    private final int port;
    private final Process process;

    private Dovecot(Path directory, int port, Process process) {
        this.directory = directory;
        this.port = port;
        this.process = process;
    }

    static Dovecot start(int webAdminPort) {
        try {
            // Not in target: the path of a Unix socket must be short, and Dovecot's users must get there.
            Path directory = Files.createTempDirectory("dovecot");
            int port = Ports.free();
            write(directory, webAdminPort, port);
            Process process = new ProcessBuilder(
                            "dovecot",
                            "-F",
                            "-c",
                            directory.resolve("dovecot.conf").toString())
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("output").toFile())
                    .start();
            Dovecot dovecot = new Dovecot(directory, port, process);
            await("Dovecot (packages dovecot-pop3d and curl)")
                    .atMost(Duration.ofSeconds(20))
                    .until(() -> dovecot.log().contains("starting up"));
            return dovecot;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Path directory, int webAdminPort, int port) throws IOException {
        Path mail = Files.createDirectory(directory.resolve("mail"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(mail, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path secret =
                Files.writeString(directory.resolve("secret"), "header = \"Authorization: Bearer " + TOKEN + "\"\n");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        Files.setOwner(
                secret, secret.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("dovecot"));
        Path script = directory.resolve("pop-before-smtp-grant");
        Files.writeString(
                script,
                Files.readString(SAMPLES.resolve("pop-before-smtp-grant"))
                        .replace("http://127.0.0.1:8000", "http://127.0.0.1:" + webAdminPort)
                        .replace("/etc/pop-before-smtp.curl", secret.toString()));
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.writeString(
                directory.resolve("dovecot.conf"),
                String.format(CONFIGURATION, directory, port)
                        + Files.readString(SAMPLES.resolve("dovecot-pop-before-smtp.conf"))
                                .replace("/usr/local/bin/pop-before-smtp-grant", script.toString()));
    }

    /** Logs in and hangs up in order; the reply to the password. */
    String login(String client, String user) {
        try (Pop3Client pop3 = Pop3Client.connect(client, port)) {
            String reply = pop3.login(user, MailSite.PASSWORD);
            pop3.quit();
            return reply;
        }
    }

    String failedLogin(String client, String user) {
        try (Pop3Client pop3 = Pop3Client.connect(client, port)) {
            return pop3.login(user, "wrong");
        }
    }

    String log() {
        Path log = directory.resolve("log");
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends Dovecot and its processes, and deletes its files. */
    @Override
    public void close() {
        process.destroy();
        process.onExit().join();
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
