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
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.popbeforesmtp.extension.FaultyStore;
import org.popbeforesmtp.extension.FaultyStoreModule;

/**
 * The operator has bound a store of their own, and it fails: nobody relays for it, logins and all other mail go on. Beside ours
 * lies another extension with other versions of the libraries that ours holds.
 */
class FaultyStoreIT {

    private static MailSite site;
    private static JamesServer james;

    @BeforeAll
    static void start() {
        site = MailSite.start(
                "faulty-store",
                settings -> settings.file(
                                "extensions.properties",
                                "guice.extension.module=org.popbeforesmtp.james.PopBeforeSmtpModule,"
                                        + FaultyStoreModule.class.getName() + "\n")
                        .extension(ExtensionJar.ofPackage(FaultyStore.class.getPackageName()))
                        .extension(ExtensionJar.withBrokenClasses(
                                "inet.ipaddr.IPAddressString",
                                "org.h2.mvstore.MVStore",
                                "picocli.CommandLine",
                                "redis.clients.jedis.Jedis")));
        james = site.james();
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    static String[] clients() {
        return new String[] {newClient(), FaultyStore.RUNTIME_EXCEPTION, FaultyStore.ERROR};
    }

    @ParameterizedTest
    @MethodSource("clients")
    void loginShouldSucceed(String client) {
        try (Pop3Client pop3 = james.pop3(client)) {
            assertThat(pop3.login(ALICE, PASSWORD)).startsWith("+OK");
            assertThat(pop3.command("STAT")).startsWith("+OK");
            assertThat(pop3.command("QUIT")).startsWith("+OK");
        }
    }

    @ParameterizedTest
    @MethodSource("clients")
    void localMailShouldArrive(String client) {
        long before = james.webAdmin().inboxSize(BOB);
        try (SmtpClient smtp = james.smtp(client)) {
            assertThat(smtp.send(STRANGER, BOB, newSubject()).code()).isEqualTo(250);
        }

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(james.webAdmin().inboxSize(BOB)).isEqualTo(before + 1));
    }

    @ParameterizedTest
    @MethodSource("clients")
    void nobodyShouldRelay(String client) {
        james.checkMail(client, ALICE, PASSWORD);

        assertThat(site.relay(client, ALICE).isPositive()).isFalse();
        assertThat(site.relay(client, "x@another.example").isPositive()).isFalse();
    }

    @Test
    void clientThatMayHaveAGrantShouldBeToldToComeBack() {
        String client = newClient();

        assertThat(site.relay(client, ALICE).toString())
                .startsWith("451 4.3.0 Relaying for " + client + " cannot be decided");
    }

    @Test
    void authenticationShouldNotNeedTheStore() {
        try (SmtpClient smtp = james.smtp(newClient())) {
            smtp.startTls();
            smtp.authenticate(ALICE, PASSWORD);
            assertThat(smtp.send(ALICE, STRANGER, newSubject()).code()).isEqualTo(250);
        }
    }

    @Test
    void logShouldReportAtMostOnceASecond() {
        String warning = "WARN  org.popbeforesmtp";
        long before = james.logLines(warning).size();
        Instant start = Instant.now();
        for (int i = 0; i < 30; i++) {
            james.checkMail(newClient(), ALICE, PASSWORD);
        }
        long seconds = Duration.between(start, Instant.now()).toSeconds() + 2;

        assertThat(james.logLines("could not be recorded, it grants nothing: the disk is on fire"))
                .isNotEmpty();
        // A warning, and a count of those left out.
        assertThat(james.logLines(warning).size() - before).isBetween(1L, 2 * seconds);
    }
}
