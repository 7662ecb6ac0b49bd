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

import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * The weeks before a move, with {@code mode=observe}, and after it: who depends on grants, and, by the SubmissionObserver of the
 * sample, who uses SMTP AUTH already.
 */
class ObserveIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** As spreadsheets would take it for a formula. */
    private static final String FORMULA = "=cmd|'calc'!a1@example.org";

    @Test
    void whoWouldDependOnGrantsShouldBeReportedThenWhoDoesAndWhoIsReady() {
        try (MailSite site = MailSite.start(
                "observe",
                builder -> builder.file("webadmin.properties", WebAdminIT.sample("webadmin.properties"))
                        .authWithoutTls()
                        .with("mode", "observe"))) {
            String client = newClient();
            whileObservingNothingShouldBeAllowedAndAllBeCounted(site, client);
            assertThat(site.james().logLines("mode=observe")).isNotEmpty();

            site.james().directory().replace("pop-before-smtp.properties", "mode=observe", "mode=relay");
            assertThat(site.james()
                            .webAdmin()
                            .request("POST", "/pop-before-smtp/reload", "")
                            .statusCode())
                    .isEqualTo(200);

            whatIsRelayedShouldBeCountedExactly(site, client);
            whoUsesSmtpAuthShouldBeReady(site);
            aNameShouldBeNoFormula(site, client);
        }
    }

    private static void whileObservingNothingShouldBeAllowedAndAllBeCounted(MailSite site, String client) {
        site.checkMail(client, ALICE);
        for (int i = 0; i < 2; i++) {
            Reply reply = site.relay(client, ALICE);
            assertThat(reply.code()).isIn(530, 550);
            assertThat(reply.toString()).as("James's own words").doesNotContain("Relaying denied for", "grant");
        }
        assertThat(site.relay(client, BOB).code()).isIn(530, 550);

        assertThat(new Administration(site.james()).explain(client, ALICE).body())
                .contains("\"reason\":\"observed\"", "mode=observe: a grant would allow it, but nothing is allowed");
        assertThat(new Administration(site.james()).metrics()).containsEntry("popBeforeSmtpObserving", 1.0);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(report(site, ""))
                        .contains("\"user\":\"" + ALICE + "\"", "\"messages\":2,\"recipients\":2")
                        .doesNotContain(BOB));
        assertThat(report(site, "?format=html")).contains("mode=observe: nothing is allowed");
    }

    /** Two recipients elsewhere; none of what stays here, and none of what was named and not sent. */
    private static void whatIsRelayedShouldBeCountedExactly(MailSite site, String client) {
        site.checkMail(client, CAROL);
        try (SmtpClient smtp = site.james().smtp(client)) {
            smtp.mailFrom(CAROL);
            smtp.rcptTo(STRANGER);
            smtp.rcptTo("another@elsewhere.example");
            smtp.rcptTo(BOB);
            assertThat(smtp.data(newSubject()).code()).isEqualTo(250);
            assertThat(smtp.send(CAROL, BOB, newSubject()).code()).isEqualTo(250);
            smtp.mailFrom(CAROL);
            assertThat(smtp.rcptTo(STRANGER).code()).isEqualTo(250);
            smtp.command("RSET");
        }
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(report(site, "?user=" + CAROL)).contains("\"messages\":1,\"recipients\":2"));
    }

    private static void whoUsesSmtpAuthShouldBeReady(MailSite site) {
        assertThat(report(site, "?user=" + CAROL)).doesNotContain("lastAuth");
        try (SmtpClient smtp = SmtpClient.connect(newClient(), site.james().submissionPort())) {
            assertThat(smtp.authenticate(CAROL, PASSWORD).code()).isEqualTo(235);
            assertThat(smtp.send(CAROL, STRANGER, newSubject()).code()).isEqualTo(250);
        }
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(report(site, "?user=" + CAROL))
                        .contains("\"messages\":1,\"recipients\":2", "\"lastAuth\":\""));
        assertThat(report(site, "?format=html"))
                .contains(CAROL + "</th><td>uses SMTP AUTH", ALICE + "</th><td><strong>depends on it");
    }

    private static void aNameShouldBeNoFormula(MailSite site, String client) {
        site.james().webAdmin().createUser("=cmd%7C'calc'!a1@example.org", PASSWORD);
        site.checkMail(client, FORMULA);
        site.assertRelays(client, FORMULA);

        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(report(site, "?format=csv")).contains("\r\n\"'=cmd|'calc'!a1@example.org\","));
        HttpResponse<String> page = site.james().webAdmin().request("GET", "/pop-before-smtp/usage?format=html", "");
        assertThat(page.headers().firstValue("Content-Security-Policy"))
                .contains("default-src 'none'; style-src 'unsafe-inline'");
        assertThat(page.body()).contains("=cmd|&#39;calc&#39;!a1@example.org").doesNotContain("<script");
    }

    private static String report(MailSite site, String query) {
        HttpResponse<String> response = site.james().webAdmin().request("GET", "/pop-before-smtp/usage" + query, "");
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return response.body();
    }
}
