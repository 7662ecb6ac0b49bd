// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popbeforesmtp.e2e.MailSite.ALICE;
import static org.popbeforesmtp.e2e.MailSite.BOB;
import static org.popbeforesmtp.e2e.MailSite.PASSWORD;
import static org.popbeforesmtp.e2e.MailSite.STRANGER;
import static org.popbeforesmtp.e2e.MailSite.newClient;
import static org.popbeforesmtp.e2e.MailSite.newSubject;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.popbeforesmtp.e2e.Program.Outcome;

/** Clients that others wrote: Debian's mpop, msmtp and swaks. */
@Tag("real-peers")
class ForeignClientsIT {

    private static MailSite site;
    private static JamesServer james;

    @TempDir
    private static Path mail;

    @BeforeAll
    static void start() {
        site = MailSite.start("foreign-clients");
        james = site.james();
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static Outcome mpop(String client, String password, String... more) {
        List<String> command = new ArrayList<>(List.of(
                "mpop",
                "--host=127.0.0.1",
                "--port=" + james.pop3Port(),
                "--source-ip=" + client,
                "--auth=user",
                "--user=" + ALICE,
                "--passwordeval=echo " + password,
                "--uidls-file=" + mail.resolve("uidls"),
                "--delivery=mbox," + mail.resolve("mbox")));
        command.addAll(List.of(more));
        return Program.run(command, "");
    }

    private static Outcome msmtp(String client, String subject, String... more) {
        List<String> command = new ArrayList<>(List.of(
                "msmtp", "--host=127.0.0.1", "--port=" + james.smtpPort(), "--source-ip=" + client, "--from=" + ALICE));
        command.addAll(List.of(more));
        command.add(STRANGER);
        return Program.run(command, "Subject: " + subject + "\n\nHello\n");
    }

    private static Outcome swaks(String client, String subject, String... more) {
        List<String> command = new ArrayList<>(List.of(
                "swaks",
                "--server=127.0.0.1",
                "--port=" + james.smtpPort(),
                "--local-interface=" + client,
                "--helo=client.example",
                "--from=" + ALICE,
                "--to=" + STRANGER,
                "--header=Subject: " + subject));
        command.addAll(List.of(more));
        return Program.run(command, "");
    }

    @Test
    void msmtpShouldShowItsUserWhatToDoAndSendAfterMpop() {
        String client = newClient();
        String subject = newSubject();
        Outcome refused = msmtp(client, subject);
        assertThat(refused.status()).isNotZero();
        assertThat(refused.output())
                .contains(
                        "Relaying denied for " + client + ": check your mail first, then send again within 15 minutes");

        Outcome checked = mpop(client, PASSWORD, "--tls=off");
        checked.assertSucceeded();
        assertThat(checked.output()).contains(ALICE, "no messages");
        assertThat(msmtp(client, subject)).isEqualTo(new Outcome(0, ""));
        assertThat(site.awaitDelivery(subject).header("X-User")).contains(ALICE);
    }

    @Test
    void mpopWithTheWrongPasswordShouldGrantNothing() {
        String client = newClient();
        assertThat(mpop(client, "wrong", "--tls=off").status()).isNotZero();

        assertThat(msmtp(client, newSubject()).output()).contains("Relaying denied for " + client);
    }

    @Test
    void mpopAndMsmtpShouldWorkOverTls() {
        String client = newClient();
        String subject = newSubject();
        assertThat(mpop(client, PASSWORD, "--tls=on", "--tls-starttls=on", "--tls-certcheck=off")
                        .status())
                .isZero();

        assertThat(msmtp(client, subject, "--tls=on", "--tls-starttls=on", "--tls-certcheck=off"))
                .isEqualTo(new Outcome(0, ""));
        assertThat(site.awaitDelivery(subject).header("X-Address")).contains(client);
    }

    @Test
    void msmtpShouldStillAuthenticate() {
        String subject = newSubject();
        assertThat(msmtp(
                        newClient(),
                        subject,
                        "--tls=on",
                        "--tls-certcheck=off",
                        "--auth=plain",
                        "--user=" + ALICE,
                        "--passwordeval=echo " + PASSWORD))
                .isEqualTo(new Outcome(0, ""));

        assertThat(site.awaitDelivery(subject).header("X-Address")).isEmpty();
    }

    @Test
    void swaksShouldRelayWithPipeliningAndOverTls() {
        String client = newClient();
        String pipelined = newSubject();
        String encrypted = newSubject();
        assertThat(swaks(client, pipelined, "--pipeline").output()).contains("5.7.1 Relaying denied for " + client);
        site.checkMail(client, ALICE);

        swaks(client, pipelined, "--pipeline").assertSucceeded();
        swaks(client, encrypted, "--tls").assertSucceeded();
        assertThat(swaks(client, newSubject(), "--from=" + BOB).output())
                .contains("530 5.7.1 Relaying denied for " + client + ": the sender address does not belong to");
        site.awaitDelivery(pipelined);
        site.awaitDelivery(encrypted);
    }
}
