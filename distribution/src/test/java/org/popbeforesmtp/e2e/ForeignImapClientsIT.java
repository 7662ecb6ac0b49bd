// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.popbeforesmtp.e2e.MailSite.ALICE;
import static org.popbeforesmtp.e2e.MailSite.PASSWORD;
import static org.popbeforesmtp.e2e.MailSite.newClient;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popbeforesmtp.e2e.Program.Outcome;

/** IMAP clients that others wrote: curl, Python's imaplib, and mbsync. */
@Tag("real-peers")
class ForeignImapClientsIT {

    private static MailSite site;
    private static JamesServer james;

    @TempDir
    private static Path files;

    @BeforeAll
    static void start() {
        site = MailSite.start("foreign-imap-clients", JamesBuilder::withImap);
        james = site.james();
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static Outcome curl(String client, String url, String password, String... more) {
        List<String> command = new java.util.ArrayList<>(List.of(
                "curl",
                "--silent",
                "--show-error",
                "--insecure",
                "--interface",
                client,
                "--user",
                ALICE + ":" + password,
                url));
        command.addAll(List.of(more));
        return Program.run(command, "");
    }

    private static Outcome python(String script) {
        return Program.run(List.of("python3", "-c", script), "");
    }

    private static void awaitRelay(String client) {
        await().atMost(Duration.ofSeconds(2))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> site.relay(client, ALICE).isPositive());
    }

    @Test
    void curlShouldListItsFoldersAndSendThen() {
        String client = newClient();
        assertThat(site.relay(client, ALICE).code()).isEqualTo(530);

        Outcome listed = curl(client, "imap://127.0.0.1:" + james.imapPort() + "/", PASSWORD);
        assertThat(listed.output()).contains("* LIST", "INBOX");
        listed.assertSucceeded();
        awaitRelay(client);
    }

    @Test
    void curlShouldReadOverTls() {
        String client = newClient();
        assertThat(curl(
                                client,
                                "imaps://127.0.0.1:" + james.imapsPort() + "/INBOX",
                                PASSWORD,
                                "-X",
                                "STATUS INBOX (MESSAGES)")
                        .output())
                .contains("* STATUS");

        awaitRelay(client);
    }

    @Test
    void curlWithTheWrongPasswordShouldEarnNothing() {
        String client = newClient();
        assertThat(curl(client, "imap://127.0.0.1:" + james.imapPort() + "/", "wrong")
                        .status())
                .isNotZero();

        await().during(Duration.ofSeconds(1))
                .atMost(Duration.ofSeconds(2))
                .until(() -> !site.relay(client, ALICE).isPositive());
    }

    @Test
    void pythonShouldReadASearchAndSendThen() {
        String client = newClient();
        Outcome outcome = python(String.join(
                "\n",
                "import imaplib, socket",
                "class Client(imaplib.IMAP4):",
                "    def _create_socket(self, timeout):",
                "        return socket.create_connection((self.host, self.port), timeout, ('" + client + "', 0))",
                "imap = Client('127.0.0.1', " + james.imapPort() + ")",
                "imap.starttls()",
                "imap.login('" + ALICE + "', '" + PASSWORD + "')",
                "print(imap.capabilities)",
                "print(imap.append('INBOX', None, None, b'Subject: kept\\r\\n\\r\\nHello\\r\\n'))",
                "print(imap.select())",
                "print(imap.search(None, 'ALL'))",
                "print(imap.fetch('1', '(BODY[HEADER.FIELDS (SUBJECT)])'))",
                // James may close the connection before the client has read BYE, which imaplib calls an error.
                "try:",
                "    imap.logout()",
                "except imaplib.IMAP4.abort:",
                "    pass"));

        assertThat(outcome.output()).contains("'IDLE'", "('OK', [b'1'])", "Subject: kept");
        outcome.assertSucceeded();
        awaitRelay(client);
    }

    @Test
    void mbsyncShouldFetchTheMailAndEarnAGrant() throws IOException {
        // It binds to no address of its own, so it comes from 127.0.0.1.
        Path local = Files.createDirectories(files.resolve("mail"));
        Path configuration = Files.writeString(
                files.resolve("mbsyncrc"),
                String.join(
                        "\n",
                        "IMAPAccount james",
                        "Host 127.0.0.1",
                        "Port " + james.imapPort(),
                        "User " + ALICE,
                        "Pass " + PASSWORD,
                        "SSLType None",
                        "AuthMechs LOGIN",
                        "",
                        "IMAPStore far",
                        "Account james",
                        "",
                        "MaildirStore near",
                        "Path " + local + "/",
                        "Inbox " + local + "/inbox",
                        "SubFolders Verbatim",
                        "",
                        "Channel all",
                        "Far :far:",
                        "Near :near:",
                        "Patterns INBOX",
                        "Create Near",
                        "SyncState *",
                        ""));
        String home = "127.0.0.1";

        Outcome outcome = Program.run(List.of("mbsync", "-c", configuration.toString(), "-V", "all"), "");
        outcome.assertSucceeded();
        awaitGrantOf(home);
    }

    /** Samples of James let 127.0.0.1 relay in any case, so the grant itself is looked for. */
    private static void awaitGrantOf(String client) {
        await().atMost(Duration.ofSeconds(2))
                .until(() -> !james.logLines("granted address=" + client + " user=" + ALICE + " protocol=imap")
                        .isEmpty());
    }
}
