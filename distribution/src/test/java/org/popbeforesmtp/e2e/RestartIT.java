// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popbeforesmtp.e2e.MailSite.ALICE;
import static org.popbeforesmtp.e2e.MailSite.PASSWORD;
import static org.popbeforesmtp.e2e.MailSite.newClient;

import org.junit.jupiter.api.Test;

/** What becomes of grants when James ends. */
class RestartIT {

    @Test
    void grantsShouldSurviveTheEndOfJames() throws InterruptedException {
        String before = newClient();
        String atTheEnd = newClient();
        try (MailSite site = MailSite.start("restart")) {
            JamesServer james = site.james();
            site.checkMail(before, ALICE);
            try (Pop3Client open = james.pop3(atTheEnd);
                    SmtpClient smtp = james.smtp(before)) {
                open.login(ALICE, PASSWORD);
                smtp.mailFrom(ALICE);
                james.stop();
            }
            assertThat(james.log()).doesNotContain("Exception");

            james.startAgain();
            site.createUsers();
            site.assertRelays(before, ALICE);
            site.assertRelays(atTheEnd, ALICE);

            // What is older than a second survives a sudden end too.
            String late = newClient();
            site.checkMail(late, ALICE);
            Thread.sleep(1_000);
            james.kill();
            james.startAgain();
            site.createUsers();
            site.assertRelays(before, ALICE);
            site.assertRelays(late, ALICE);
            assertThat(site.relay(newClient(), ALICE).code()).isEqualTo(530);
        }
    }

    @Test
    void grantsInMemoryShouldEndWithJames() {
        String client = newClient();
        try (MailSite site = MailSite.start("restart-memory", settings -> settings.with("store", "memory"))) {
            site.checkMail(client, ALICE);
            site.assertRelays(client, ALICE);
            site.james().kill();
            site.james().startAgain();
            site.createUsers();

            assertThat(site.relay(client, ALICE).code()).isEqualTo(530);
        }
    }
}
