// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popbeforesmtp.e2e.MailSite.ALICE;
import static org.popbeforesmtp.e2e.MailSite.BOB;
import static org.popbeforesmtp.e2e.MailSite.CAROL;
import static org.popbeforesmtp.e2e.MailSite.PASSWORD;
import static org.popbeforesmtp.e2e.MailSite.STRANGER;
import static org.popbeforesmtp.e2e.MailSite.newClient;
import static org.popbeforesmtp.e2e.MailSite.newSubject;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Each rule of who may use a grant: the attack that it stops, and the honest user whom it does not stop. */
class PolicyIT {

    private static String denied(int code, String client, String reason) {
        return code + " 5.7.1 Relaying denied for " + client + ": " + reason;
    }

    @Nested
    class SendersOfTheServer {

        private static final String EXCLUDED = "127.60.0.1";
        private static final String DAVE = "dave@example.org";

        private static MailSite site;

        @BeforeAll
        static void start() {
            site = MailSite.start(
                    "policy-local",
                    settings -> settings.with("sender", "local")
                            .with("maxUsersPerAddress", "2")
                            .with("networks.excluded", "127.60.0.0/16, 2001:db8::/32")
                            .with("users.excluded", "nobody@example.org, dave@example.org"));
            site.james().webAdmin().createUser(DAVE, PASSWORD);
        }

        @AfterAll
        static void stop() {
            site.close();
        }

        @Test
        void colleagueAtTheSameAddressShouldRelayWithoutALoginOfTheirOwn() {
            String client = newClient();
            site.checkMail(client, ALICE);

            site.assertRelays(client, BOB);
        }

        @Test
        void forgedForeignOrEmptySenderShouldNotRelay() {
            String client = newClient();
            site.checkMail(client, ALICE);

            assertThat(site.relay(client, "president@bank.example").toString())
                    .startsWith(denied(550, client, "the sender address is none of this server's;"));
            assertThat(site.relay(client, "").toString())
                    .startsWith(denied(550, client, "a receipt without a sender cannot be sent this way;"));
        }

        @Test
        void addressOfManyUsersShouldGrantNothingAndSayWhy() {
            String gateway = newClient();
            site.checkMail(gateway, ALICE);
            site.checkMail(gateway, ALICE);
            site.checkMail(gateway, ALICE);
            site.checkMail(gateway, BOB);
            site.assertRelays(gateway, ALICE);

            site.checkMail(gateway, CAROL);
            String refusal = denied(530, gateway, "too many users share this address; turn on SMTP authentication");
            assertThat(site.relay(gateway, ALICE)).hasToString(refusal);
            assertThat(site.relay(gateway, CAROL)).hasToString(refusal);
            assertThat(site.james().logLines("WARN").stream().filter(line -> line.contains(gateway)))
                    .hasSize(1);
            // Whoever is elsewhere is not locked out.
            String home = newClient();
            site.checkMail(home, CAROL);
            site.assertRelays(home, CAROL);
        }

        @Test
        void excludedUserShouldGrantNothingAndSayWhy() {
            String client = newClient();
            site.checkMail(client, DAVE);

            assertThat(site.relay(client, DAVE))
                    .hasToString(denied(
                            530,
                            client,
                            "checking mail does not allow this user to send; turn on SMTP authentication"));
            assertThat(site.james().logLines("not granted address=" + client + " user=dave@example.org"))
                    .singleElement()
                    .asString()
                    .contains("reason=user-excluded");
            site.checkMail(client, ALICE);
            site.assertRelays(client, BOB);
        }

        @Test
        void excludedNetworkShouldGrantNothingAndSayWhy() {
            site.checkMail(EXCLUDED, ALICE);

            assertThat(site.relay(EXCLUDED, ALICE))
                    .hasToString(denied(
                            530,
                            EXCLUDED,
                            "checking mail does not allow sending from this network; turn on SMTP authentication"));
            assertThat(site.james().logLines("not granted address=" + EXCLUDED)).isNotEmpty();
        }
    }

    @Nested
    class EncryptedLoginsFromOneNetwork {

        private static final String INSIDE = "127.61.0.";

        private static MailSite site;

        @BeforeAll
        static void start() {
            site = MailSite.start(
                    "policy-any",
                    settings -> settings.with("sender", "any")
                            .with("login.requireTls", "true")
                            .with("networks.only", "127.61.0.0/16"));
        }

        @AfterAll
        static void stop() {
            site.close();
        }

        private static void checkMailOverTls(String client) {
            try (Pop3Client pop3 =
                    Pop3Client.connectOverTls(client, site.james().pop3sPort())) {
                assertThat(pop3.login(ALICE, PASSWORD)).startsWith("+OK");
            }
        }

        @Test
        void anySenderShouldRelay() {
            String client = INSIDE + 1;
            checkMailOverTls(client);

            site.assertRelays(client, ALICE);
            site.assertRelays(client, CAROL);
            site.assertRelays(client, "alice@another.example");
            site.assertRelays(client, "");
        }

        @Test
        void loginAfterStlsShouldCount() {
            String client = INSIDE + 2;
            try (Pop3Client pop3 = site.james().pop3(client)) {
                pop3.startTls();
                pop3.login(ALICE, PASSWORD);
            }

            site.assertRelays(client, ALICE);
        }

        @Test
        void passwordSentInTheClearShouldGrantNothingAndSayWhy() {
            String client = INSIDE + 3;
            site.checkMail(client, ALICE);

            assertThat(site.relay(client, ALICE))
                    .hasToString(denied(
                            530,
                            client,
                            "your mail program logged in without encryption; turn on TLS for POP3 or IMAP, check your"
                                    + " mail, then send again within 15 minutes"));
            assertThat(site.relay(client, "x@another.example").toString()).startsWith("550 5.7.1 Relaying denied");
        }

        @Test
        void loginFromOutsideShouldGrantNothingAndSayWhy() {
            String client = newClient();
            checkMailOverTls(client);

            assertThat(site.relay(client, ALICE).toString())
                    .startsWith(denied(530, client, "checking mail does not allow sending from this network"));
        }

        @Test
        void mailFromElsewhereShouldArrive() {
            try (SmtpClient smtp = site.james().smtp(newClient())) {
                assertThat(smtp.send("x@another.example", BOB, newSubject()).code())
                        .isEqualTo(250);
            }
        }
    }

    @Test
    void householdShouldShareAGrantAndItsNeighbourNot() {
        try (MailSite site = MailSite.start(
                "policy-prefix", settings -> settings.proxyRequired().with("ipv6.prefixLength", "64"))) {
            try (Pop3Client pop3 = Pop3Client.connectThroughProxy(
                    "2001:db8:1:2::10", site.james().pop3Port())) {
                pop3.login(ALICE, PASSWORD);
            }
            assertThat(relayThroughProxy(site, "2001:db8:1:2:aaaa::99").code()).isEqualTo(250);
            assertThat(relayThroughProxy(site, "2001:db8:1:3::10").toString())
                    .startsWith(denied(530, "2001:db8:1:3::10", "check your mail first"));
        }
    }

    private static Reply relayThroughProxy(MailSite site, String client) {
        try (SmtpClient smtp =
                SmtpClient.connectThroughProxy(client, site.james().smtpPort())) {
            return smtp.send(ALICE, STRANGER, newSubject());
        }
    }

    @Test
    void changedRulesShouldHoldForGrantsFromBefore() throws IOException {
        try (MailSite site = MailSite.start("policy-changed")) {
            String client = newClient();
            String excluded = "127.62.0.1";
            site.checkMail(client, ALICE);
            site.checkMail(excluded, ALICE);
            site.assertRelays(excluded, ALICE);
            site.james().stop();

            Files.write(
                    site.james().root().resolve("conf/pop-before-smtp.properties"),
                    List.of("networks.excluded=127.62.0.0/16", "sender=local"));
            site.james().startAgain();
            site.createUsers();
            site.assertRelays(client, BOB);
            assertThat(site.relay(excluded, ALICE).toString())
                    .startsWith(denied(530, excluded, "checking mail does not allow sending from this network"));
        }
    }
}
