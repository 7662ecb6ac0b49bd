// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The routes, the health check and the metrics in a real James, registered with the shipped lines. */
class WebAdminIT {

    private static MailSite site;

    private final String client = MailSite.newClient();

    @BeforeAll
    static void start() {
        site = MailSite.start(
                "webadmin",
                builder -> builder.file("webadmin.properties", sample("webadmin.properties"))
                        .file("healthcheck.properties", sample("healthcheck.properties")));
    }

    private static String sample(String name) {
        try {
            return Files.readString(Build.sampleConfiguration().resolve(name));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static HttpResponse<String> request(String method, String path) {
        return site.james().webAdmin().request(method, path, "");
    }

    @Test
    void aLoginShouldBeListedWithWhoAndWhen() {
        site.checkMail(client, MailSite.BOB);

        HttpResponse<String> answer = request("GET", "/pop-before-smtp/grants/" + client);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .contains(
                        "\"address\":\"" + client + "\"", "\"user\":\"" + MailSite.BOB + "\"", "\"protocol\":\"pop3\"")
                .contains("grantedAt", "expiresAt");
        assertThat(request("GET", "/pop-before-smtp/grants?user=" + MailSite.BOB)
                        .body())
                .contains(client);
        assertThat(request("GET", "/pop-before-smtp/grants/" + MailSite.newClient())
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void aRevokedUserShouldNotRelayOnAConnectionThatIsAlreadyOpen() {
        site.checkMail(client, MailSite.ALICE);
        try (SmtpClient smtp = site.james().smtp(client)) {
            smtp.ehlo();
            assertThat(smtp.send(MailSite.ALICE, MailSite.STRANGER, MailSite.newSubject())
                            .code())
                    .isEqualTo(250);

            assertThat(request("DELETE", "/pop-before-smtp/grants?user=" + MailSite.ALICE)
                            .statusCode())
                    .isEqualTo(204);

            Reply mail = smtp.mailFrom(MailSite.ALICE);
            Reply refusal = mail.isPositive() ? smtp.rcptTo(MailSite.STRANGER) : mail;
            assertThat(refusal.toString()).startsWith("5").contains("Relaying denied for " + client + ": ");
        }
    }

    @Test
    void aGrantByHandShouldAllowRelaying() {
        HttpResponse<String> answer = site.james()
                .webAdmin()
                .request(
                        "PUT",
                        "/pop-before-smtp/grants/" + client,
                        "{\"user\":\"" + MailSite.CAROL + "\",\"lifetime\":\"5m\"}");

        assertThat(answer.statusCode()).isBetween(200, 204);
        try (SmtpClient smtp = site.james().smtp(client)) {
            smtp.ehlo();
            assertThat(smtp.send(MailSite.CAROL, MailSite.STRANGER, MailSite.newSubject())
                            .code())
                    .isEqualTo(250);
        }
    }

    @Test
    void explainShouldSayWhatTheHookSays() {
        HttpResponse<String> answer =
                request("GET", "/pop-before-smtp/explain?address=" + client + "&sender=" + MailSite.BOB);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("no-grant", "Relaying denied for " + client + ": check your mail first");
    }

    @Test
    void theHealthCheckShouldBeAmongJamessOwn() {
        assertThat(request("GET", "/healthcheck/checks/PopBeforeSmtp").body()).contains("healthy");
    }

    @Test
    void theMetricsShouldBeAmongJamessOwn() {
        site.checkMail(client, MailSite.BOB);

        assertThat(request("GET", "/metrics").body())
                .contains("popBeforeSmtpLoginsRecorded", "popBeforeSmtpActiveGrants");
    }

    @Test
    void badInputShouldBeToldWhatWouldBeRight() {
        assertThat(request("GET", "/pop-before-smtp/grants/nonsense").statusCode())
                .isEqualTo(400);
        assertThat(request("GET", "/pop-before-smtp/grants?network=300.0.0.0/8").statusCode())
                .isEqualTo(400);
        assertThat(request("DELETE", "/pop-before-smtp/grants").statusCode()).isEqualTo(400);
    }
}
