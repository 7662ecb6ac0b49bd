// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.popbeforesmtp.e2e.MailSite.ALICE;
import static org.popbeforesmtp.e2e.MailSite.BOB;
import static org.popbeforesmtp.e2e.MailSite.CAROL;
import static org.popbeforesmtp.e2e.MailSite.PASSWORD;
import static org.popbeforesmtp.e2e.MailSite.STRANGER;
import static org.popbeforesmtp.e2e.MailSite.newClient;
import static org.popbeforesmtp.e2e.MailSite.newSubject;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.e2e.SmtpSink.Delivery;

/** Who may relay in a James whose configuration is the shipped one: the identity check is on, so are James's monitors. */
class RelayByGrantIT {

    private static MailSite site;
    private static JamesServer james;

    @BeforeAll
    static void start() {
        site = MailSite.start("relay-by-grant");
        james = site.james();
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static String refusal(String client) {
        return "530 5.7.1 Relaying denied for " + client
                + ": check your mail first, then send again within 15 minutes, or turn on SMTP authentication";
    }

    @Test
    void clientShouldBeRefusedUntilItHasCheckedItsMail() {
        String client = newClient();
        try (SmtpClient smtp = james.smtp(client)) {
            assertThat(smtp.send(ALICE, STRANGER, newSubject())).hasToString(refusal(client));

            site.checkMail(client, ALICE);
            assertThat(smtp.send(ALICE, STRANGER, newSubject()).code()).isEqualTo(250);
        }
    }

    @Test
    void mailShouldLeaveWithTheFactsOfTheLogin() {
        String client = newClient();
        String subject = newSubject();
        Instant before = Instant.now().minusSeconds(1);
        site.checkMail(client, ALICE);
        try (SmtpClient smtp = james.smtp(client)) {
            smtp.send(ALICE, STRANGER, subject);
        }

        Delivery delivery = site.awaitDelivery(subject);
        assertThat(delivery.sender()).isEqualTo(ALICE);
        assertThat(delivery.recipient()).isEqualTo(STRANGER);
        assertThat(delivery.header("X-User")).contains(ALICE);
        assertThat(delivery.header("X-Address")).contains(client);
        assertThat(Instant.parse(delivery.header("X-Login-At").orElseThrow())).isBetween(before, Instant.now());
    }

    @Test
    void loginShouldCountAlsoIfTheClientHangsUpAtOnce() {
        String client = newClient();
        try (Pop3Client pop3 = james.pop3(client)) {
            assertThat(pop3.login(ALICE, PASSWORD)).startsWith("+OK");
        }

        site.assertRelays(client, ALICE);
    }

    @Test
    void grantShouldBeThereWhenTheClientReadsTheReplyToItsPassword() {
        String client = newClient();
        try (Pop3Client pop3 = james.pop3(client)) {
            assertThat(pop3.login(ALICE, PASSWORD)).startsWith("+OK");
            site.assertRelays(client, ALICE);
        }
    }

    @Test
    void wrongPasswordShouldGrantNothing() {
        String client = newClient();
        assertThat(james.checkMail(client, ALICE, "wrong")).startsWith("-ERR");

        assertThat(site.relay(client, ALICE)).hasToString(refusal(client));
    }

    @Test
    void unknownUserShouldGrantNothing() {
        String client = newClient();
        assertThat(james.checkMail(client, "mallory@example.org", PASSWORD)).startsWith("-ERR");

        assertThat(site.relay(client, "mallory@example.org").code()).isEqualTo(530);
    }

    @Test
    void userNameWithoutPasswordShouldGrantNothing() {
        String client = newClient();
        try (Pop3Client pop3 = james.pop3(client)) {
            assertThat(pop3.command("USER " + ALICE)).startsWith("+OK");
        }

        assertThat(site.relay(client, ALICE).code()).isEqualTo(530);
    }

    @Test
    void anotherAddressShouldNotProfit() {
        site.checkMail(newClient(), ALICE);
        String other = newClient();

        assertThat(site.relay(other, ALICE)).hasToString(refusal(other));
    }

    @Test
    void usersAtOneAddressShouldEachSendFromTheirOwn() {
        String client = newClient();
        site.checkMail(client, ALICE);
        site.checkMail(client, BOB);

        site.assertRelays(client, ALICE);
        site.assertRelays(client, BOB);
        assertThat(site.relay(client, CAROL))
                .hasToString(
                        "530 5.7.1 Relaying denied for " + client + ": the sender address does not belong to a user"
                                + " who checked mail from this address; send from your own address, or turn on SMTP"
                                + " authentication");
    }

    @Test
    void secondUserOnOnePop3ConnectionShouldBeGrantedToo() {
        String client = newClient();
        try (Pop3Client pop3 = james.pop3(client)) {
            pop3.login(ALICE, PASSWORD);
            // In James, a PASS out of place logs out.
            pop3.command("PASS " + PASSWORD);
            assertThat(pop3.login(BOB, PASSWORD)).startsWith("+OK");
        }

        site.assertRelays(client, BOB);
    }

    @Test
    void stampShouldNameTheUserWhoseAddressTheSenderIs() {
        String client = newClient();
        site.checkMail(client, ALICE);
        site.checkMail(client, BOB);
        String subject = newSubject();
        try (SmtpClient smtp = james.smtp(client)) {
            smtp.send(ALICE, STRANGER, subject);
        }

        assertThat(site.awaitDelivery(subject).header("X-User")).contains(ALICE);
    }

    @Test
    void senderMayBeAnAliasOfTheUser() {
        james.webAdmin().createAlias(ALICE, "sales@example.org");
        String client = newClient();
        site.checkMail(client, ALICE);

        site.assertRelays(client, "sales@example.org");
        site.assertRelays(client, "ALICE@Example.ORG");
    }

    @Test
    void foreignAndEmptySendersShouldNotRelayOnAGrant() {
        String client = newClient();
        site.checkMail(client, ALICE);

        assertThat(site.relay(client, "alice@another.example"))
                .hasToString(
                        "550 5.7.1 Relaying denied for " + client + ": the sender address does not belong to a user"
                                + " who checked mail from this address; send from your own address, or turn on SMTP"
                                + " authentication");
        assertThat(site.relay(client, "").code()).isEqualTo(550);
    }

    @Test
    void localMailShouldArriveWithoutAGrantAndWithOne() {
        String client = newClient();
        String recipient = newUser();
        try (SmtpClient smtp = james.smtp(client)) {
            assertThat(smtp.send(STRANGER, recipient, newSubject()).code()).isEqualTo(250);
            assertThat(smtp.send("", recipient, newSubject()).code()).isEqualTo(250);
            site.checkMail(client, ALICE);
            assertThat(smtp.send(STRANGER, recipient, newSubject()).code()).isEqualTo(250);
            assertThat(smtp.send(ALICE, recipient, newSubject()).code()).isEqualTo(250);
        }

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(
                        () -> assertThat(james.webAdmin().inboxSize(recipient)).isEqualTo(4));
    }

    @Test
    void unknownLocalRecipientShouldStayUnknownUnderAGrant() {
        String client = newClient();
        site.checkMail(client, ALICE);
        try (SmtpClient smtp = james.smtp(client)) {
            smtp.mailFrom(ALICE);

            assertThat(smtp.rcptTo("nobody@example.org").toString()).startsWith("550 5.1.1");
            assertThat(smtp.rcptTo(STRANGER).code()).isEqualTo(250);
        }
    }

    @Test
    void authenticationShouldStillWorkAndLeaveNoStamp() {
        String subject = newSubject();
        try (SmtpClient smtp = james.smtp(newClient())) {
            smtp.startTls();
            assertThat(smtp.authenticate(ALICE, PASSWORD).code()).isEqualTo(235);
            assertThat(smtp.send(ALICE, STRANGER, subject).code()).isEqualTo(250);
        }

        assertThat(site.awaitDelivery(subject).header("X-Address")).isEmpty();
    }

    @Test
    void authenticationShouldWinOverAGrant() {
        String client = newClient();
        site.checkMail(client, ALICE);
        String onGrant = newSubject();
        String authenticated = newSubject();
        try (SmtpClient smtp = james.smtp(client)) {
            assertThat(smtp.send(ALICE, STRANGER, onGrant).code()).isEqualTo(250);
            smtp.startTls();
            assertThat(smtp.authenticate(BOB, PASSWORD).code()).isEqualTo(235);
            assertThat(smtp.send(BOB, STRANGER, authenticated).code()).isEqualTo(250);
            // James's identity check: who has authenticated sends from their own address, whatever the grant says.
            assertThat(smtp.send(ALICE, STRANGER, newSubject()).code()).isEqualTo(503);
        }

        assertThat(site.awaitDelivery(onGrant).header("X-User")).contains(ALICE);
        assertThat(site.awaitDelivery(authenticated).header("X-User")).isEmpty();
    }

    @Test
    void failedAuthenticationShouldNotRelay() {
        try (SmtpClient smtp = james.smtp(newClient())) {
            smtp.startTls();
            assertThat(smtp.authenticate(ALICE, "wrong").code()).isEqualTo(535);
            assertThat(smtp.send(ALICE, STRANGER, newSubject()).code()).isEqualTo(530);
        }
    }

    @Test
    void portWithoutTheHookShouldNotRelayOnAGrant() {
        String client = newClient();
        site.checkMail(client, ALICE);
        try (SmtpClient smtp = SmtpClient.connect(client, james.submissionPort())) {
            assertThat(smtp.send("x@another.example", STRANGER, newSubject()).toString())
                    .startsWith("550 5.7.1")
                    .doesNotContain("Relaying denied for");
        }
    }

    @Test
    void loginOverTlsShouldGrant() {
        String withTls = newClient();
        try (Pop3Client pop3 = Pop3Client.connectOverTls(withTls, james.pop3sPort())) {
            assertThat(pop3.login(ALICE, PASSWORD)).startsWith("+OK");
        }
        String withStls = newClient();
        try (Pop3Client pop3 = james.pop3(withStls)) {
            pop3.startTls();
            assertThat(pop3.login(ALICE, PASSWORD)).startsWith("+OK");
        }

        site.assertRelays(withTls, ALICE);
        site.assertRelays(withStls, ALICE);
    }

    @Test
    void deletedUserShouldAllowNothingEvenOnAnOpenConnection() {
        String user = newUser();
        String client = newClient();
        site.checkMail(client, user);
        try (SmtpClient smtp = james.smtp(client)) {
            assertThat(smtp.send(user, STRANGER, newSubject()).code()).isEqualTo(250);

            james.webAdmin().deleteUser(user);
            assertThat(smtp.send(user, STRANGER, newSubject())).hasToString(refusal(client));
        }
    }

    @Test
    void auditShouldLogEveryDecision() {
        String client = newClient();
        site.relay(client, ALICE);
        site.checkMail(client, ALICE);
        site.relay(client, ALICE);

        assertThat(james.logLines("address=" + client + " "))
                .satisfiesExactly(
                        line -> assertThat(line)
                                .contains("relaying refused", "sender=<" + ALICE + ">", "reason=no-grant"),
                        line -> assertThat(line).contains("granted", "user=" + ALICE, "protocol=pop3"),
                        line -> assertThat(line)
                                .contains("relaying allowed", "user=" + ALICE, "sender=<" + ALICE + ">"));
    }

    private static String newUser() {
        String user = newSubject().replace(' ', '-') + "@example.org";
        james.webAdmin().createUser(user, PASSWORD);
        return user;
    }
}
