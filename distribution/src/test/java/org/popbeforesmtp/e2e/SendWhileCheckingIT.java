// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popbeforesmtp.e2e.MailSite.ALICE;
import static org.popbeforesmtp.e2e.MailSite.PASSWORD;
import static org.popbeforesmtp.e2e.MailSite.STRANGER;
import static org.popbeforesmtp.e2e.MailSite.newClient;
import static org.popbeforesmtp.e2e.MailSite.newSubject;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Mail programs that check and send at once, on two connections: PASS and MAIL FROM reach James together. */
class SendWhileCheckingIT {

    private static final int CLIENTS = 30;

    @Test
    void whoeverLogsInBetweenMailAndRcptShouldRelay() {
        try (MailSite site = MailSite.start("send-while-checking", settings -> settings.verifyIdentity(false))) {
            for (int i = 0; i < CLIENTS; i++) {
                String client = newClient();
                try (Pop3Client pop3 = site.james().pop3(client);
                        SmtpClient smtp = site.james().smtp(client)) {
                    pop3.command("USER " + ALICE);
                    CompletableFuture<String> login =
                            CompletableFuture.supplyAsync(() -> pop3.command("PASS " + PASSWORD));
                    assertThat(smtp.mailFrom(ALICE).code()).isEqualTo(250);
                    assertThat(login.join()).startsWith("+OK");

                    assertThat(smtp.rcptTo(STRANGER).code()).isEqualTo(250);
                    assertThat(smtp.rcptTo("other@elsewhere.example").code()).isEqualTo(250);
                    assertThat(smtp.data(newSubject()).code()).isEqualTo(250);
                }
            }
        }
    }

    @Test
    void whoeverIsRefusedAtMailShouldBeToldToSendAgainAndThenRelay() {
        try (MailSite site = MailSite.start("send-while-checking-strict", settings -> settings.verifyIdentity(true))) {
            String client = newClient();
            try (Pop3Client pop3 = site.james().pop3(client);
                    SmtpClient smtp = site.james().smtp(client)) {
                pop3.command("USER " + ALICE);

                assertThat(smtp.mailFrom(ALICE))
                        .hasToString("530 5.7.1 Relaying denied for " + client
                                + ": a login at this address is being checked; send again now");
                assertThat(pop3.command("PASS " + PASSWORD)).startsWith("+OK");
                assertThat(smtp.send(ALICE, STRANGER, newSubject()).code()).isEqualTo(250);
            }
        }
    }
}
