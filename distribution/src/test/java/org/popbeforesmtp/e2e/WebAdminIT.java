// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popbeforesmtp.e2e.MailSite.ALICE;
import static org.popbeforesmtp.e2e.MailSite.BOB;
import static org.popbeforesmtp.e2e.MailSite.CAROL;
import static org.popbeforesmtp.e2e.MailSite.STRANGER;
import static org.popbeforesmtp.e2e.MailSite.newClient;
import static org.popbeforesmtp.e2e.MailSite.newSubject;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The routes, the health check and the metrics in a James that names them with the shipped lines. */
class WebAdminIT {

    private static MailSite site;
    private static Administration admin;

    @BeforeAll
    static void start() {
        site = MailSite.start(
                "webadmin",
                builder -> builder.file("webadmin.properties", sample("webadmin.properties"))
                        .file("healthcheck.properties", sample("healthcheck.properties"))
                        .with("networks.excluded", "127.9.0.0/16")
                        .with("maxUsersPerAddress", "2"));
        admin = new Administration(site.james());
    }

    static String sample(String name) {
        try {
            return Files.readString(Build.sampleConfiguration().resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    @Test
    void aLoginShouldBeListed() {
        String client = newClient();
        site.checkMail(client, ALICE);

        HttpResponse<String> listed = admin.grants("?network=" + client + "/32");
        assertThat(listed.statusCode()).isEqualTo(200);
        assertThat(listed.body())
                .startsWith("{\"grants\":[{\"address\":\"" + client + "\",\"user\":\"" + ALICE
                        + "\",\"protocol\":\"pop3\",\"encrypted\":false,\"grantedAt\":\"")
                .contains("\"expiresAt\":\"")
                .endsWith("Z\"}]}\n");
        assertThat("{\"grants\":" + admin.grantsOf(client).body().strip() + "}\n")
                .isEqualTo(listed.body());
        assertThat(admin.grantsOf(newClient()).statusCode()).isEqualTo(404);
    }

    @Test
    void aGrantByHandShouldRelayAndNameItsUser() {
        String client = newClient();
        assertThat(admin.grant(client, "{\"user\":\"" + BOB + "\",\"lifetime\":\"5m\"}")
                        .statusCode())
                .isEqualTo(204);

        String subject = newSubject();
        try (SmtpClient smtp = site.james().smtp(client)) {
            assertThat(smtp.send(BOB, STRANGER, subject).code()).isEqualTo(250);
            assertThat(smtp.send(ALICE, STRANGER, newSubject()).code()).isEqualTo(530);
        }
        assertThat(site.awaitDelivery(subject).header("X-User")).contains(BOB);
        assertThat(site.james().logLines("granted address=" + client + " "))
                .singleElement()
                .asString()
                .contains("user=" + BOB, "protocol=manual");
    }

    @Test
    void aGrantByHandShouldObeyTheRules() {
        assertThat(admin.grant("127.9.0.1", "{\"user\":\"" + BOB + "\"}").body())
                .contains("address was '127.9.0.1' but it must be in no network of networks.excluded");
        assertThat(admin.grant(newClient(), "{\"user\":\"mallory@example.org\"}")
                        .body())
                .contains("user was 'mallory@example.org' but it must be a user of this James");
        assertThat(site.relay("127.9.0.1", BOB).code()).isEqualTo(530);
    }

    @Test
    void revokingAnAddressShouldWorkOnAnOpenConnection() {
        String client = newClient();
        site.checkMail(client, ALICE);
        try (SmtpClient smtp = site.james().smtp(client)) {
            assertThat(smtp.send(ALICE, STRANGER, newSubject()).code()).isEqualTo(250);

            assertThat(admin.revokeAddress(client).body())
                    .isEqualTo("{\"revoked\":1,\"address\":\"" + client + "\"}\n");
            assertThat(smtp.send(ALICE, STRANGER, newSubject()).code()).isEqualTo(530);
        }
        assertThat(site.james().logLines("revocation attempted address=" + client + " "))
                .hasSize(1);
        assertThat(site.james().logLines("revoked address=" + client + " "))
                .singleElement()
                .asString()
                .contains("grants=1", "by=webadmin");
    }

    @Test
    void revokingAUserShouldWorkEverywhereAndLeaveOthers() {
        String shared = newClient();
        String other = newClient();
        site.checkMail(shared, BOB);
        site.checkMail(shared, CAROL);
        site.checkMail(other, CAROL);

        assertThat(admin.revokeUser(" " + CAROL).body()).matches("\\{\"revoked\":[2-9],\"user\":\"" + CAROL + "\"}\n");

        assertThat(site.relay(shared, CAROL).code()).isEqualTo(530);
        assertThat(site.relay(other, CAROL).code()).isEqualTo(530);
        assertThat(site.relay(shared, BOB).code()).isEqualTo(250);
    }

    @Test
    void aNameThatIsNobodysShouldNotCountAsRevoked() {
        HttpResponse<String> answer = admin.revokeUser("crol@example.org");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body())
                .contains("There is no user crol@example.org", "nothing was revoked")
                .endsWith("\n");
    }

    @Test
    void anOpenPop3SessionShouldNotWinBackWhatWasRevoked() {
        String client = newClient();
        try (Pop3Client pop3 = site.james().pop3(client)) {
            pop3.login(ALICE, MailSite.PASSWORD);
            admin.revokeAddress(client);
            pop3.quit();
        }

        assertThat(site.relay(client, ALICE).code()).isEqualTo(530);
    }

    @Test
    void explainShouldSayWhatTheClientHears() {
        String client = newClient();
        assertExplained(client, ALICE, "no-grant");

        site.checkMail(client, ALICE);
        assertThat(admin.explain(client, ALICE).body())
                .contains("\"allowed\":true", "\"rule\":\"sender=login: " + ALICE);
        assertThat(site.relay(client, ALICE).code()).isEqualTo(250);
        assertExplained(client, BOB, "sender");
    }

    /** James asks for authentication here, so its code is 530; the text is the one that explain has. */
    private static void assertExplained(String client, String sender, String reason) {
        String heard = site.relay(client, sender).toString();
        assertThat(heard).startsWith("530 5.7.1 Relaying denied for " + client + ": ");

        HttpResponse<String> explained = admin.explain(client, sender);
        assertThat(explained.statusCode()).isEqualTo(200);
        assertThat(explained.body())
                .contains(
                        "\"allowed\":false",
                        "\"reason\":\"" + reason + "\"",
                        "\"refusal\":\"550" + heard.substring("530".length()) + "\"");
    }

    @Test
    void aSharedAddressShouldBeWarnedOfAndShowInItsRouteAndMetrics() {
        String client = newClient();
        site.checkMail(client, ALICE);
        site.checkMail(client, BOB);
        site.checkMail(client, CAROL);
        assertThat(site.relay(client, ALICE).toString()).contains("too many users share this address");
        assertThat(site.relay(client, BOB).toString()).contains("too many users share this address");

        assertThat(site.james().logLines("Address " + client + " is shared"))
                .singleElement()
                .asString()
                .contains("WARN", "3 users logged in from there within 15 minutes, more than maxUsersPerAddress=2");
        assertThat(admin.health().statusCode()).isEqualTo(200);
        assertThat(admin.health().body()).contains("\"status\":\"healthy\"");
        assertThat(admin.shared().body()).contains("{\"address\":\"" + client + "\",\"users\":3}");
        assertThat(admin.metrics()).containsEntry("popBeforeSmtpSharedAddresses", 1.0);
    }

    @Test
    void metricsShouldCountWhatHappens() {
        String client = newClient();
        Map<String, Double> before = admin.metrics();
        site.relay(client, ALICE);
        site.checkMail(client, ALICE);
        site.relay(client, ALICE);
        site.relay(client, BOB);
        site.relay("127.9.0.2", BOB);
        admin.grant(client, "{\"user\":\"" + BOB + "\"}");
        double grants = admin.metrics().getOrDefault("popBeforeSmtpActiveGrants", -1.0);
        admin.revokeAddress(client);
        Map<String, Double> after = admin.metrics();

        assertThat(grown(before, after, "popBeforeSmtpLoginsRecorded_total")).isEqualTo(2);
        assertThat(grown(before, after, "popBeforeSmtpTransactionsAllowed_total"))
                .isEqualTo(1);
        assertThat(grown(before, after, "popBeforeSmtpRefusedNoGrant_total")).isEqualTo(1);
        assertThat(grown(before, after, "popBeforeSmtpRefusedSender_total")).isEqualTo(1);
        assertThat(grown(before, after, "popBeforeSmtpRefusedExcluded_total")).isEqualTo(1);
        assertThat(grown(before, after, "popBeforeSmtpGrantsRevoked_total")).isEqualTo(2);
        assertThat(grown(before, after, "popBeforeSmtpLookupTime_count")).isEqualTo(3);
        assertThat(after.get("popBeforeSmtpActiveGrants")).isEqualTo(grants - 2);
        assertThat(after)
                .containsEntry("popBeforeSmtpStoreFailures", 0.0)
                .containsEntry("popBeforeSmtpEvictions", 0.0)
                .containsEntry("popBeforeSmtpHookFailures_total", 0.0);
    }

    private static double grown(Map<String, Double> before, Map<String, Double> after, String name) {
        assertThat(after).containsKey(name);
        return after.getOrDefault(name, 0.0) - before.getOrDefault(name, 0.0);
    }

    /** What abuse desks see, and how an operator gets from there to the user. */
    @Test
    void theTraceOfAMailShouldLeadToItsUser() {
        String client = newClient();
        String subject = newSubject();
        site.checkMail(client, ALICE);
        try (SmtpClient smtp = site.james().smtp(client)) {
            assertThat(smtp.send(ALICE, STRANGER, subject).code()).isEqualTo(250);
        }

        assertThat(site.awaitDelivery(subject).message())
                .contains("([" + client + "])", " with ESMTP ID ")
                .doesNotContain("ESMTPA");
        assertThat(site.james().logLines("relaying allowed address=" + client + " "))
                .singleElement()
                .asString()
                .contains("user=" + ALICE + " protocol=pop3 sender=<" + ALICE + ">");
    }

    @Test
    void badInputShouldBeToldWhatWouldBeRight() {
        assertThat(admin.grantsOf("nonsense").body())
                .contains("\"statusCode\":400", "address was 'nonsense' but it must be an IPv4 or IPv6 address");
        assertThat(admin.grants("?network=300.0.0.0/8").statusCode()).isEqualTo(400);
        assertThat(admin.revokeUser("").statusCode()).isEqualTo(400);
    }
}
