// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.popbeforesmtp.e2e.MailSite.ALICE;
import static org.popbeforesmtp.e2e.MailSite.CAROL;
import static org.popbeforesmtp.e2e.MailSite.STRANGER;
import static org.popbeforesmtp.e2e.MailSite.newClient;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How grants come to their end, in a James that runs on meanwhile, and for a client that stays connected. */
class RetirementIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void aBrownOutShouldBeginAndEndAndTheDateShouldPassOnAnOpenConnection() throws IOException {
        String client = newClient();
        String exempt = newClient();
        try (MailSite site = MailSite.start(
                "retirement",
                builder -> builder.file("webadmin.properties", WebAdminIT.sample("webadmin.properties"))
                        .with("retirement.exempt", CAROL))) {
            site.checkMail(client, ALICE);
            site.checkMail(exempt, CAROL);
            try (SmtpClient smtp = site.james().smtp(client)) {
                assertThat(toElsewhere(smtp).code()).isEqualTo(250);

                reload(site, "retirement.brownouts=" + in(2) + "/PT5S");
                awaitReply(smtp, "451 4.7.1 Relaying denied for " + client + ": sending after checking mail is paused");
                site.assertRelays(exempt, CAROL);
                awaitReply(smtp, "250 ");

                reload(site, "retirement.date=" + in(2));
                awaitReply(
                        smtp, "5[35]0 5.7.1 Relaying denied for " + client + ": sending after checking mail has ended");
                site.assertRelays(exempt, CAROL);
            }
        }
    }

    /** The date comes nearer as the file is changed, so that no time need pass; what an hour does is in {@link TurnedClockIT}. */
    @Test
    void theRampShouldPutAGrowingShareOfUsersOffAndExplainShouldSayWhom() {
        String date = rampAt(0);
        String first = date;
        try (MailSite site = MailSite.start(
                "ramp",
                builder -> builder.file("webadmin.properties", WebAdminIT.sample("webadmin.properties"))
                        .with("retirement.rampUp", "100h")
                        .with("retirement.date", first)
                        .with("retirement.exempt", CAROL))) {
            RampedUsers users = RampedUsers.logIn(site, 60);
            String exempt = newClient();
            site.checkMail(exempt, CAROL);
            Set<String> before = users.putOff();
            assertThat(before).isEmpty();

            for (int percent : new int[] {25, 50, 75}) {
                date = bringNearer(site, date, percent);

                Set<String> putOff = users.putOff();

                assertThat(putOff.size())
                        .as(percent + " %")
                        .isBetween(60 * percent / 100 - 17, 60 * percent / 100 + 17);
                assertThat(new Administration(site.james()).metrics().get("popBeforeSmtpBrownoutShare"))
                        .isBetween(percent / 100.0 - 0.02, percent / 100.0 + 0.02);
                if (users.isStillTheSameHour()) {
                    assertThat(putOff)
                            .as("who is deferred stays so for the hour")
                            .containsAll(before);
                }
                before = putOff;
                users.assertExplained(putOff, percent);
                site.assertRelays(exempt, CAROL);
            }
            assertThat(before).hasSizeLessThan(60);

            bringNearer(site, date, 101);
            users.assertAllAreRefusedForGood();
            site.assertRelays(exempt, CAROL);
        }
    }

    /** The date with which that part of a ramp of 100 hours is over now. */
    private static String rampAt(int percent) {
        return Instant.now()
                .plus(Duration.ofHours(100 - percent))
                .truncatedTo(ChronoUnit.SECONDS)
                .toString();
    }

    private static String bringNearer(MailSite site, String date, int percent) {
        String nearer = rampAt(percent);
        site.james().directory().replace("pop-before-smtp.properties", date, nearer);
        reload(site);
        return nearer;
    }

    private static Instant in(int seconds) {
        return Instant.now().plusSeconds(seconds).truncatedTo(ChronoUnit.SECONDS);
    }

    private static void reload(MailSite site, String line) {
        site.james().directory().append("pop-before-smtp.properties", line + "\n");
        reload(site);
    }

    private static void reload(MailSite site) {
        assertThat(site.james()
                        .webAdmin()
                        .request("POST", "/pop-before-smtp/reload", "")
                        .statusCode())
                .isEqualTo(200);
    }

    private static Reply toElsewhere(SmtpClient smtp) {
        smtp.command("RSET");
        Reply reply = smtp.mailFrom(ALICE);
        return reply.isPositive() ? smtp.rcptTo(STRANGER) : reply;
    }

    private static void awaitReply(SmtpClient smtp, String beginning) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(100)).untilAsserted(() -> {
            assertThat(toElsewhere(smtp).toString()).matches(beginning + ".*");
        });
    }
}
