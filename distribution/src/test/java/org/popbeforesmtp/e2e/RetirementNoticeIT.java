// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.popbeforesmtp.e2e.MailSite.ALICE;
import static org.popbeforesmtp.e2e.MailSite.BOB;
import static org.popbeforesmtp.e2e.MailSite.PASSWORD;
import static org.popbeforesmtp.e2e.MailSite.STRANGER;
import static org.popbeforesmtp.e2e.MailSite.newClient;
import static org.popbeforesmtp.e2e.MailSite.newSubject;

import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** The mailet that tells users, in a real James: with another one before it that only tells the log. */
class RetirementNoticeIT {

    private static final String NOTICE = "<mailet match=\"org.popbeforesmtp.mail.RelayedByGrant\""
            + " class=\"org.popbeforesmtp.mail.RetirementNotice\">%s</mailet>";
    private static final String DELIVERY = "<mailet match=\"All\" class=\"RemoteDelivery\">";

    private static JamesBuilder telling(JamesBuilder builder) {
        return builder.with("retirement.date", "2099-06-01")
                .replace(
                        "mailetcontainer.xml",
                        DELIVERY,
                        String.format(NOTICE, "<dryRun>true</dryRun><language>fr</language>")
                                + String.format(NOTICE, "<every>30d</every><language>de</language>")
                                + DELIVERY);
    }

    @Test
    void aUserShouldFindANoticeInTheirMailboxOnceAndTheirMailGoOut() {
        String client = newClient();
        try (MailSite site = MailSite.start("notice", RetirementNoticeIT::telling)) {
            JamesServer james = site.james();
            site.checkMail(client, ALICE);
            for (int i = 0; i < 3; i++) {
                String subject = newSubject();
                try (SmtpClient smtp = james.smtp(client)) {
                    assertThat(smtp.send(ALICE, STRANGER, subject).code()).isEqualTo(250);
                }
                assertThat(site.awaitDelivery(subject).header("X-User")).contains(ALICE);
            }

            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(
                            () -> assertThat(james.webAdmin().inboxSize(ALICE)).isOne());
            try (Pop3Client pop3 = james.pop3(client)) {
                pop3.login(ALICE, PASSWORD);
                String message = pop3.retrieve(1);
                String[] headAndBody = message.split("\r\n\r\n", 2);
                assertThat(headAndBody[0])
                        .contains("Return-Path: <>", "Auto-Submitted: auto-generated", "To: <" + ALICE + ">")
                        .contains("Content-Language: de", "From: <postmaster@");
                assertThat(new String(Base64.getMimeDecoder().decode(headAndBody[1]), UTF_8))
                        .contains("Guten Tag " + ALICE, client, "endet am 1. Juni 2099");
            }
            assertThat(james.logLines("RetirementNotice would notify " + ALICE + " (dryRun)"))
                    .hasSize(1);
            assertThat(james.logLines("RetirementNotice has notified " + ALICE)).hasSize(1);
            assertThat(james.webAdmin().inboxSize(BOB)).isZero();
        }
    }

    @Test
    void aNoticeThatCannotBeMadeShouldKeepJamesFromStartingAndSayWhy() {
        JamesBuilder builder = JamesServer.named("notice-bad")
                .replace(
                        "mailetcontainer.xml",
                        DELIVERY,
                        String.format(NOTICE, "<every>30</every><language>xx</language>") + DELIVERY);

        assertThatThrownBy(builder::start)
                .isInstanceOf(JamesServer.StartFailure.class)
                .hasMessageContaining(
                        "RetirementNotice: every was '30' but it must be a duration from 1s to 365d, such as"
                                + " 30d; language was 'xx' but it must be one of en, de, fr, ja");
    }
}
