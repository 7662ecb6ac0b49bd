// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.popbeforesmtp.e2e.MailSite.ALICE;
import static org.popbeforesmtp.e2e.MailSite.PASSWORD;
import static org.popbeforesmtp.e2e.MailSite.STRANGER;
import static org.popbeforesmtp.e2e.MailSite.newClient;
import static org.popbeforesmtp.e2e.MailSite.newSubject;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A grant lasts its lifetime, no more and no less, on connections that are already open too. */
class ExpiryIT {

    private static final Duration LIFETIME = Duration.ofSeconds(2);
    private static final Duration LONGEST_LIFETIME = Duration.ofSeconds(6);

    private static MailSite site;
    private static JamesServer james;

    @BeforeAll
    static void start() {
        site = MailSite.start(
                "expiry", settings -> settings.with("lifetime", "2s").with("lifetime.max", "6s"));
        james = site.james();
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static String refusal(int code, String client) {
        return code + " 5.7.1 Relaying denied for " + client
                + ": check your mail first, then send again within 2 seconds, or turn on SMTP authentication";
    }

    @Test
    void grantShouldEndOnAnOpenConnection() {
        String client = newClient();
        try (SmtpClient smtp = james.smtp(client)) {
            site.checkMail(client, ALICE);
            Instant login = Instant.now();
            assertThat(smtp.send(ALICE, STRANGER, newSubject()).code()).isEqualTo(250);

            await().atMost(Duration.ofSeconds(10))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> !smtp.send(ALICE, STRANGER, newSubject()).isPositive());
            assertThat(Duration.between(login, Instant.now()))
                    .isBetween(LIFETIME.minusMillis(100), LIFETIME.plusMillis(900));
            assertThat(smtp.send(ALICE, STRANGER, newSubject())).hasToString(refusal(530, client));
        }
    }

    @Test
    void grantShouldEndWithinATransactionAndTheMailStillGoToThoseAcceptedBefore() {
        String client = newClient();
        String subject = newSubject();
        try (SmtpClient smtp = james.smtp(client)) {
            site.checkMail(client, ALICE);
            smtp.mailFrom(ALICE);
            assertThat(smtp.rcptTo(STRANGER).code()).isEqualTo(250);

            Reply[] last = new Reply[1];
            await().atMost(Duration.ofSeconds(10))
                    .pollInterval(Duration.ofMillis(100))
                    .until(() -> {
                        last[0] = smtp.rcptTo("late@elsewhere.example");
                        return !last[0].isPositive();
                    });
            assertThat(last[0].toString()).endsWith(refusal(0, client).substring(2));
            assertThat(smtp.data(subject).code()).isEqualTo(250);
        }

        assertThat(site.awaitDelivery(subject).header("X-Address")).contains(client);
    }

    @Test
    void loginWithinATransactionShouldRenewIt() throws InterruptedException {
        String client = newClient();
        try (SmtpClient smtp = james.smtp(client)) {
            site.checkMail(client, ALICE);
            smtp.mailFrom(ALICE);
            Thread.sleep(LIFETIME.plusMillis(200).toMillis());

            site.checkMail(client, ALICE);
            assertThat(smtp.rcptTo(STRANGER).code()).isEqualTo(250);
        }
    }

    @Test
    void pop3SessionShouldKeepItsGrantAlive() throws InterruptedException {
        String client = newClient();
        try (Pop3Client pop3 = james.pop3(client)) {
            pop3.login(ALICE, PASSWORD);
            Instant end = Instant.now().plus(LIFETIME.multipliedBy(2));
            while (Instant.now().isBefore(end)) {
                assertThat(pop3.command("NOOP")).startsWith("+OK");
                Thread.sleep(200);
            }
            site.assertRelays(client, ALICE);
        }
    }

    @Test
    void aSessionThatNeverEndsShouldNeedANewLoginAfterTheLongestLifetime() throws InterruptedException {
        String client = newClient();
        try (Pop3Client pop3 = james.pop3(client);
                SmtpClient smtp = james.smtp(client)) {
            pop3.login(ALICE, PASSWORD);
            Instant login = Instant.now();
            while (smtp.send(ALICE, STRANGER, newSubject()).isPositive()) {
                assertThat(pop3.command("NOOP")).startsWith("+OK");
                Thread.sleep(50);
            }
            assertThat(Duration.between(login, Instant.now()))
                    .isBetween(LONGEST_LIFETIME.minusMillis(100), LONGEST_LIFETIME.plusMillis(900));

            assertThat(pop3.command("NOOP")).startsWith("+OK");
            assertThat(smtp.send(ALICE, STRANGER, newSubject()).code()).isEqualTo(530);
        }
        site.checkMail(client, ALICE);
        site.assertRelays(client, ALICE);
    }

    @Test
    void endOfAPop3SessionShouldStartTheLifetimeAnew() throws InterruptedException {
        String client = newClient();
        Pop3Client pop3 = james.pop3(client);
        pop3.login(ALICE, PASSWORD);
        Thread.sleep(LIFETIME.plusMillis(200).toMillis());
        assertThat(site.relay(client, ALICE).code()).isEqualTo(530);

        pop3.quit();
        await().atMost(Duration.ofSeconds(1))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> site.relay(client, ALICE).isPositive());
    }

    /** Nobody can tell a client that hangs up from a server that drops it, so neither counts. */
    @Test
    void aConnectionThatBreaksShouldNotBringAnEndedGrantBack() throws InterruptedException {
        String client = newClient();
        Pop3Client pop3 = james.pop3(client);
        pop3.login(ALICE, PASSWORD);
        Thread.sleep(LIFETIME.plusMillis(200).toMillis());

        pop3.close();

        await().during(Duration.ofSeconds(1))
                .atMost(Duration.ofSeconds(2))
                .until(() -> !site.relay(client, ALICE).isPositive());
    }
}
