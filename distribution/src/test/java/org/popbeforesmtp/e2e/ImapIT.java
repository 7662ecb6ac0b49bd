// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.popbeforesmtp.e2e.MailSite.ALICE;
import static org.popbeforesmtp.e2e.MailSite.BOB;
import static org.popbeforesmtp.e2e.MailSite.PASSWORD;
import static org.popbeforesmtp.e2e.MailSite.STRANGER;
import static org.popbeforesmtp.e2e.MailSite.newClient;
import static org.popbeforesmtp.e2e.MailSite.newSubject;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A login over IMAP grants as one over POP3, and James's IMAP stays what it was. */
class ImapIT {

    @Nested
    class Sessions {

        private static final Duration LIFETIME = Duration.ofSeconds(3);

        private static MailSite site;
        private static JamesServer james;

        @BeforeAll
        static void start() {
            site = MailSite.start(
                    "imap",
                    settings -> settings.withImap()
                            .file("webadmin.properties", WebAdminIT.sample("webadmin.properties"))
                            .with("lifetime", LIFETIME.toSeconds() + "s"));
            james = site.james();
        }

        @AfterAll
        static void stop() {
            site.close();
        }

        private static boolean relays(String client) {
            return site.relay(client, ALICE).isPositive();
        }

        /** The grant may be some milliseconds behind the reply to the command. */
        private static void awaitRelay(String client) {
            await().atMost(Duration.ofSeconds(2))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> relays(client));
        }

        private static void assertNeverRelays(String client) {
            await().during(Duration.ofSeconds(2)).atMost(Duration.ofSeconds(4)).until(() -> !relays(client));
        }

        private static void awaitEnd(String client) {
            await().atMost(LIFETIME.multipliedBy(3))
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> !relays(client));
        }

        @Test
        void loginAloneShouldGrant() {
            String login = newClient();
            String authenticate = newClient();
            try (ImapClient first = james.imap(login);
                    ImapClient second = james.imap(authenticate)) {
                assertThat(first.login(ALICE, PASSWORD)).isTrue();
                awaitRelay(login);
                assertThat(second.authenticatePlain(ALICE, PASSWORD)).isTrue();
                awaitRelay(authenticate);
            }
        }

        @Test
        void loginShouldGrantOnceTheClientGoesOn() {
            String client = newClient();
            String subject = newSubject();
            try (ImapClient imap = james.imap(client);
                    SmtpClient smtp = james.smtp(client)) {
                assertThat(smtp.send(ALICE, STRANGER, newSubject()).toString())
                        .startsWith("530 5.7.1 Relaying denied for " + client);
                assertThat(imap.login(ALICE, PASSWORD)).isTrue();
                assertThat(imap.isOk("SELECT INBOX")).isTrue();

                await().atMost(Duration.ofSeconds(2))
                        .until(() -> smtp.send(ALICE, STRANGER, subject).isPositive());
            }
            assertThat(site.awaitDelivery(subject).header("X-User")).contains(ALICE);
            assertThat(james.logLines("granted address=" + client))
                    .singleElement()
                    .asString()
                    .contains("protocol=imap");
        }

        @Test
        void authenticatePlainShouldGrant() {
            String client = newClient();
            try (ImapClient imap = james.imap(client)) {
                assertThat(imap.authenticatePlain(ALICE, PASSWORD)).isTrue();
                imap.command("LOGOUT");
            }

            awaitRelay(client);
        }

        @Test
        void commandsThatAreSentTogetherShouldGrant() {
            String client = newClient();
            try (ImapClient imap = james.imap(client)) {
                imap.reply(imap.sendTogether("LOGIN " + ALICE + " " + PASSWORD, "SELECT INBOX", "LOGOUT"));
            }

            awaitRelay(client);
        }

        @Test
        void wrongPasswordShouldGrantNothing() {
            String client = newClient();
            try (ImapClient imap = james.imap(client)) {
                assertThat(imap.login(ALICE, "wrong")).isFalse();
                assertThat(imap.authenticatePlain(ALICE, "wrong")).isFalse();
                imap.command("NOOP");
                imap.command("SELECT INBOX");
                imap.command("LOGOUT");
            }

            assertNeverRelays(client);
        }

        @Test
        void grantShouldEndOnAnOpenConnectionAndCountAgainFromTheNextCommand() {
            String client = newClient();
            try (ImapClient imap = james.imap(client)) {
                imap.login(ALICE, PASSWORD);
                imap.command("SELECT INBOX");
                awaitRelay(client);
                awaitEnd(client);

                imap.command("NOOP");
                awaitRelay(client);
            }
        }

        @Test
        void commandsShouldKeepTheGrantAlive() throws InterruptedException {
            String client = newClient();
            try (ImapClient imap = james.imap(client)) {
                imap.login(ALICE, PASSWORD);
                for (int i = 0; i < 20; i++) {
                    imap.command("NOOP");
                    Thread.sleep(LIFETIME.toMillis() / 8);
                }
                assertThat(relays(client)).isTrue();
            }
        }

        @Test
        void idlingSessionShouldKeepTheGrantAliveUntilItIsClosed() throws InterruptedException {
            String client = newClient();
            try (ImapClient imap = james.imap(client)) {
                imap.login(ALICE, PASSWORD);
                imap.command("SELECT INBOX");
                imap.idle();
                Thread.sleep(LIFETIME.multipliedBy(3).toMillis());
                assertThat(relays(client)).isTrue();
            }

            awaitEnd(client);
            assertNeverRelays(client);
        }

        @Test
        void sessionThatHasEndedItsIdleShouldNotKeepTheGrantAlive() {
            String client = newClient();
            try (ImapClient imap = james.imap(client)) {
                imap.login(ALICE, PASSWORD);
                imap.command("SELECT INBOX");
                String tag = imap.idle();
                assertThat(imap.done(tag)).last().asString().startsWith("OK");
                awaitRelay(client);

                awaitEnd(client);
                assertNeverRelays(client);
            }
        }

        @Test
        void revocationShouldHoldForASessionThatIdles() {
            String client = newClient();
            try (ImapClient imap = james.imap(client)) {
                imap.login(BOB, PASSWORD);
                imap.command("SELECT INBOX");
                String tag = imap.idle();
                await().atMost(Duration.ofSeconds(2))
                        .until(() -> site.relay(client, BOB).isPositive());

                assertThat(james.webAdmin()
                                .request("DELETE", "/pop-before-smtp/grants?user=" + BOB, "")
                                .statusCode())
                        .isEqualTo(200);

                await().during(Duration.ofSeconds(3))
                        .atMost(Duration.ofSeconds(5))
                        .until(() -> !site.relay(client, BOB).isPositive());
                imap.done(tag);
                imap.command("NOOP");
                assertThat(site.relay(client, BOB).isPositive()).isFalse();
            }
            try (ImapClient imap = james.imap(client)) {
                imap.login(BOB, PASSWORD);
                imap.command("LOGOUT");
            }
            await().atMost(Duration.ofSeconds(2))
                    .until(() -> site.relay(client, BOB).isPositive());
        }
    }

    @Nested
    class BehindAProxyAndOverTls {

        private static MailSite site;

        @BeforeAll
        static void start() {
            site = MailSite.start(
                    "imap-proxy",
                    settings -> settings.withImap()
                            .proxyRequired()
                            .imap(xml -> xml.set("//imapserver", "proxyRequired", "true"))
                            .with("login.requireTls", "true"));
        }

        @AfterAll
        static void stop() {
            site.close();
        }

        private static Reply relay(String client) {
            try (SmtpClient smtp =
                    SmtpClient.connectThroughProxy(client, site.james().smtpPort())) {
                return smtp.send(ALICE, STRANGER, newSubject());
            }
        }

        private static void checkMail(String client, boolean encrypted) {
            try (ImapClient imap =
                    ImapClient.connectThroughProxy(client, site.james().imapPort())) {
                if (encrypted) {
                    imap.startTls();
                }
                assertThat(imap.login(ALICE, PASSWORD)).isTrue();
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"203.0.113.7", "2001:db8::7"})
        void clientShouldRelayAndAnotherBehindTheSameProxyNot(String client) {
            checkMail(client, true);

            await().atMost(Duration.ofSeconds(2)).until(() -> relay(client).code() == 250);
            assertThat(relay(client + "7").code()).isEqualTo(530);
        }

        @Test
        void loginWithoutTlsShouldNotDo() {
            checkMail("203.0.113.9", false);

            await().atMost(Duration.ofSeconds(2))
                    .until(() -> relay("203.0.113.9")
                            .toString()
                            .startsWith(
                                    "530 5.7.1 Relaying denied for 203.0.113.9: your mail program logged in without"));
        }
    }

    @Nested
    class ByToken {

        @Test
        void oauthbearerShouldGrantAndATokenOfSomebodyElseNot() {
            try (TokenIssuer issuer = TokenIssuer.start();
                    TokenIssuer stranger = TokenIssuer.start();
                    MailSite site = MailSite.start(
                            "imap-token",
                            settings -> settings.withImap()
                                    .imap(xml -> xml.set("//auth", "oidc", "")
                                            .set("//oidc", "oidcConfigurationURL", issuer.url())
                                            .set("//oidc", "jwksURL", issuer.keySetUrl())
                                            .set("//oidc", "aud", TokenIssuer.AUDIENCE)
                                            .set("//oidc", "claim", "email")
                                            .set("//oidc", "scope", "openid email")))) {
                String client = newClient();
                try (ImapClient imap = site.james().imap(client)) {
                    assertThat(imap.authenticateByToken(ALICE, stranger.token(ALICE)))
                            .isFalse();
                    assertThat(imap.authenticateByToken(ALICE, issuer.token(BOB)))
                            .isFalse();
                }
                await().during(Duration.ofSeconds(1))
                        .atMost(Duration.ofSeconds(3))
                        .until(() -> !site.relay(client, ALICE).isPositive());

                try (ImapClient imap = site.james().imap(client)) {
                    assertThat(imap.authenticateByToken(ALICE, issuer.token(ALICE)))
                            .isTrue();
                    await().atMost(Duration.ofSeconds(2))
                            .until(() -> site.relay(client, ALICE).isPositive());
                }
                assertThat(site.james().logLines("granted address=" + client))
                        .singleElement()
                        .asString()
                        .contains("user=" + ALICE, "protocol=imap");
            }
        }
    }

    @Nested
    class Beside {

        /** What clients ask, in an order that shows much of it. */
        private static final List<String> SCRIPT = List.of(
                "CAPABILITY",
                "NOOP",
                "LIST \"\" *",
                "LOGIN " + ALICE + " wrong",
                "LOGIN " + ALICE + " " + PASSWORD,
                "CAPABILITY",
                "ID (\"name\" \"test\")",
                "NAMESPACE",
                "ENABLE CONDSTORE QRESYNC",
                "CREATE Drafts",
                "SELECT INBOX",
                "ENABLE QRESYNC",
                "FETCH 1:* FLAGS",
                "UID SEARCH ALL",
                "SEARCH UNSEEN",
                "EXAMINE Drafts",
                "CLOSE",
                "LIST \"\" *",
                "LSUB \"\" *",
                "XLIST \"\" *",
                "STATUS Drafts (MESSAGES UIDNEXT)",
                "GETQUOTAROOT INBOX",
                "GETACL INBOX",
                "MYRIGHTS INBOX",
                "GETMETADATA INBOX /private/comment",
                "SUBSCRIBE Drafts",
                "RENAME Drafts Sent",
                "DELETE Sent",
                "UNSELECT",
                "NONSENSE",
                "SELECT",
                "CHECK",
                "LOGIN " + ALICE + " " + PASSWORD,
                "LOGOUT");

        private static List<String> transcript(JamesServer james) {
            List<String> lines = new ArrayList<>();
            try (ImapClient imap = james.imap(newClient())) {
                for (String command : SCRIPT) {
                    lines.add("> " + command);
                    for (String line : imap.command(command)) {
                        lines.add(line.startsWith("* CAPABILITY") ? inOrder(line) : line.replaceAll("\\d{3,}", "n"));
                    }
                }
            }
            return lines;
        }

        private static String inOrder(String line) {
            List<String> words = new ArrayList<>(List.of(line.split(" ")));
            words.sort(null);
            return String.join(" ", words);
        }

        @Test
        void everyReplyShouldBeAsItIsWithoutUs() {
            List<String> with;
            List<String> without;
            try (MailSite site = MailSite.start("imap-with", JamesBuilder::withImap)) {
                with = transcript(site.james());
            }
            try (MailSite site = MailSite.start(
                    "imap-without", settings -> settings.withImap().imap(xml -> xml.remove("//imapPackages")))) {
                without = transcript(site.james());
            }

            assertThat(with).isEqualTo(without).contains("> LOGOUT");
            assertThat(with.stream().filter(line -> line.contains(" IDLE "))).hasSize(2);
        }
    }
}
