// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popbeforesmtp.e2e.MailSite.ALICE;
import static org.popbeforesmtp.e2e.MailSite.BOB;
import static org.popbeforesmtp.e2e.MailSite.PASSWORD;
import static org.popbeforesmtp.e2e.MailSite.STRANGER;
import static org.popbeforesmtp.e2e.MailSite.newClient;
import static org.popbeforesmtp.e2e.MailSite.newSubject;

import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whatever a client does within its connections changes nothing in who may relay. */
class SmtpSessionIT {

    private static final int MANY = 10_000;
    private static final int AT_A_TIME = 50;

    private static MailSite site;
    private static JamesServer james;

    @BeforeAll
    static void start() {
        site = MailSite.start("smtp-session");
        james = site.james();
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    /** A client with a grant. */
    private static String client() {
        String client = newClient();
        site.checkMail(client, ALICE);
        return client;
    }

    @Test
    void rightShouldSurviveResetGreetingTlsAndFurtherTransactions() {
        try (SmtpClient smtp = james.smtp(client())) {
            smtp.mailFrom(ALICE);
            smtp.command("RSET");
            assertThat(smtp.send(ALICE, STRANGER, newSubject()).code()).isEqualTo(250);
            smtp.mailFrom(ALICE);
            smtp.ehlo();
            assertThat(smtp.send(ALICE, STRANGER, newSubject()).code()).isEqualTo(250);
            smtp.startTls();
            assertThat(smtp.send(ALICE, STRANGER, newSubject()).code()).isEqualTo(250);
        }
    }

    @Test
    void refusalShouldSurviveResetGreetingTlsAndFurtherTransactions() {
        try (SmtpClient smtp = james.smtp(newClient())) {
            assertThat(smtp.send(ALICE, STRANGER, newSubject()).code()).isEqualTo(530);
            smtp.command("RSET");
            assertThat(smtp.send(ALICE, STRANGER, newSubject()).code()).isEqualTo(530);
            smtp.ehlo();
            assertThat(smtp.send(ALICE, STRANGER, newSubject()).code()).isEqualTo(530);
            smtp.startTls();
            assertThat(smtp.send(ALICE, STRANGER, newSubject()).code()).isEqualTo(530);
            assertThat(smtp.send("x@another.example", STRANGER, newSubject()).code())
                    .isEqualTo(530);
        }
    }

    @Test
    void rightOfOneTransactionShouldNotReachIntoTheNext() {
        try (SmtpClient smtp = james.smtp(client())) {
            assertThat(smtp.send(ALICE, STRANGER, newSubject()).code()).isEqualTo(250);
            assertThat(smtp.send(BOB, STRANGER, newSubject()).code()).isEqualTo(530);
            assertThat(smtp.send("x@another.example", STRANGER, newSubject()).code())
                    .isEqualTo(550);
            assertThat(smtp.send(ALICE, STRANGER, newSubject()).code()).isEqualTo(250);
        }
    }

    @Test
    void secondMailInATransactionShouldNotSmuggleInAnotherSender() {
        try (SmtpClient smtp = james.smtp(client())) {
            smtp.mailFrom(ALICE);
            assertThat(smtp.mailFrom("x@another.example").code()).isEqualTo(503);
            assertThat(smtp.rcptTo(STRANGER).code()).isEqualTo(503);
            assertThat(smtp.send(ALICE, STRANGER, newSubject()).code()).isEqualTo(250);
        }
    }

    @Test
    void pipelinedTransactionShouldRelay() {
        String subject = newSubject();
        try (SmtpClient smtp = james.smtp(client())) {
            List<Reply> replies = smtp.pipeline(
                    "MAIL FROM:<" + ALICE + ">",
                    "RCPT TO:<" + STRANGER + ">",
                    "RCPT TO:<another@elsewhere.example>",
                    "DATA");
            assertThat(replies).extracting(Reply::code).containsExactly(250, 250, 250, 354);
            assertThat(smtp.command("From: <" + ALICE + ">\r\nSubject: " + subject + "\r\n\r\nHello\r\n.")
                            .code())
                    .isEqualTo(250);
        }

        site.awaitDelivery(subject);
    }

    @Test
    void pipelinedTransactionWithoutAGrantShouldBeRefusedAtEachStep() {
        try (SmtpClient smtp = james.smtp(newClient())) {
            assertThat(smtp.pipeline(
                            "MAIL FROM:<x@another.example>",
                            "RCPT TO:<" + STRANGER + ">",
                            "RCPT TO:<another@elsewhere.example>",
                            "DATA"))
                    .extracting(Reply::code)
                    .containsExactly(250, 550, 550, 503);
        }
    }

    @Test
    void commandsOutOfOrderShouldNotRelay() {
        try (SmtpClient smtp = james.smtp(client())) {
            assertThat(smtp.rcptTo(STRANGER).code()).isEqualTo(503);
            assertThat(smtp.command("DATA").code()).isEqualTo(503);
            assertThat(smtp.command("MAIL TO:<" + STRANGER + ">").code()).isGreaterThanOrEqualTo(500);
            assertThat(smtp.command("\u0000\u0001\u00ff nonsense").code()).isGreaterThanOrEqualTo(500);
            assertThat(smtp.command("STARTTLS now").code()).isGreaterThanOrEqualTo(500);

            assertThat(smtp.send(ALICE, STRANGER, newSubject()).code()).isEqualTo(250);
        }
    }

    @Test
    void lineInPiecesShouldBeOneLine() throws InterruptedException {
        try (SmtpClient smtp = james.smtp(client())) {
            for (String piece :
                    List.of("MA", "IL FROM:<ali", "ce@example.org>", "\r", "\nRCPT TO:<", STRANGER, ">\r\n")) {
                smtp.sendRaw(piece);
                // So that each piece travels alone.
                Thread.sleep(20);
            }

            assertThat(smtp.read().code()).isEqualTo(250);
            assertThat(smtp.read().code()).isEqualTo(250);
        }
    }

    @Test
    void connectionThatBreaksOffShouldRelayNothingAndHarmNothing() {
        String client = client();
        String subject = newSubject();
        try (SmtpClient smtp = james.smtp(client)) {
            smtp.mailFrom(ALICE);
            smtp.rcptTo(STRANGER);
            smtp.command("DATA");
            smtp.sendRaw("Subject: " + subject + "\r\n\r\nHel");
        }
        String after = newSubject();
        try (SmtpClient smtp = james.smtp(client)) {
            assertThat(smtp.send(ALICE, STRANGER, after).code()).isEqualTo(250);
        }

        site.awaitDelivery(after);
        assertThat(site.hasBeenDelivered(subject)).isFalse();
    }

    @Test
    void manyRecipientsShouldAllBeRelayedOnAGrant() {
        try (SmtpClient smtp = james.smtp(client())) {
            smtp.mailFrom(ALICE);

            assertThat(rcptToMany(smtp)).allMatch(reply -> reply.code() == 250);
        }
    }

    @Test
    void manyRecipientsShouldAllBeRefusedWithoutAGrant() {
        String client = newClient();
        try (SmtpClient smtp = james.smtp(client)) {
            smtp.mailFrom("x@another.example");

            assertThat(rcptToMany(smtp)).allMatch(reply -> reply.code() == 550);
            assertThat(smtp.rcptTo(BOB).code()).isEqualTo(250);
        }
        assertThat(james.logLines("address=" + client + " ")).hasSize(1);
    }

    /** With each line James looks through all that has come behind it, so the commands come some at a time. */
    private static List<Reply> rcptToMany(SmtpClient smtp) {
        List<Reply> replies = new ArrayList<>();
        while (replies.size() < MANY) {
            int first = replies.size();
            String[] commands = new String[AT_A_TIME];
            Arrays.setAll(commands, i -> "RCPT TO:<r" + (first + i) + "@elsewhere.example>");
            replies.addAll(smtp.pipeline(commands));
        }
        return replies;
    }

    @Test
    void clientShouldNotPutBytesOfItsOwnIntoReplyOrLog() {
        String client = newClient();
        try (SmtpClient smtp = james.smtp(client)) {
            smtp.command("HELO x\u0007\u001b[31m\u00e9 granted address=203.0.113.9");
            Reply reply = smtp.mailFrom("\"a\u0007 granted address=203.0.113.9 \"@example.org");
            if (reply.isPositive()) {
                reply = smtp.rcptTo("\"\u001b[31m\"@elsewhere.example");
            }
            assertThat(reply.code()).isGreaterThanOrEqualTo(500);
            assertThat(reply.text()).matches("[\\x20-\\x7e]*");
        }
        try (Pop3Client pop3 = james.pop3(client)) {
            pop3.login("alice\rgranted\u001b[31m@example.org", "\u0000\u001b");
        }

        assertThat(james.logLines("org.popbeforesmtp.audit"))
                .allMatch(line -> line.matches("[\\x20-\\x7e]*"))
                .noneMatch(line -> line.contains(" granted address=203.0.113.9"));
    }

    @Test
    void pop3CommandsOutOfOrderShouldGrantNothing() {
        String client = newClient();
        try (Pop3Client pop3 = james.pop3(client)) {
            assertThat(pop3.command("PASS " + PASSWORD)).startsWith("-ERR");
            assertThat(pop3.command("STAT")).startsWith("-ERR");
            assertThat(pop3.command("AUTH PLAIN AGFsaWNlQGV4YW1wbGUub3JnAHdyb25n"))
                    .startsWith("-ERR");
            assertThat(pop3.command("APOP " + ALICE + " c4c9334bac560ecc979e58001b3e22fb"))
                    .startsWith("-ERR");
            assertThat(pop3.command("\u0000\u00ff")).startsWith("-ERR");
            pop3.command("USER " + ALICE);
            assertThat(pop3.command("STAT")).startsWith("-ERR");
        }

        assertThat(site.relay(client, ALICE).code()).isEqualTo(530);
    }

    @Test
    void smtpOnThePop3PortShouldGrantNothing() {
        String client = newClient();
        try (Pop3Client pop3 = james.pop3(client)) {
            pop3.command("EHLO x");
            pop3.command("MAIL FROM:<" + ALICE + ">");
        } catch (UncheckedIOException e) {
            assertThat(e).hasMessageContaining("closed the connection");
        }

        assertThat(site.relay(client, ALICE).code()).isEqualTo(530);
    }

    @Test
    void clientThatSendsAnEndlessLineShouldNotStopOthers() {
        String client = client();
        try (SmtpClient smtp = james.smtp(newClient())) {
            smtp.sendRaw("MAIL FROM:<" + "a".repeat(1_000_000));
            site.assertRelays(client, ALICE);
        }
    }
}
