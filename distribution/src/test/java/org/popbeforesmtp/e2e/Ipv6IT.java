// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popbeforesmtp.e2e.MailSite.ALICE;
import static org.popbeforesmtp.e2e.MailSite.BOB;
import static org.popbeforesmtp.e2e.MailSite.PASSWORD;
import static org.popbeforesmtp.e2e.MailSite.STRANGER;
import static org.popbeforesmtp.e2e.MailSite.newClient;
import static org.popbeforesmtp.e2e.MailSite.newSubject;

import org.junit.jupiter.api.Test;

/** A client that comes over IPv6, to a server that listens on both families. */
class Ipv6IT {

    @Test
    void ipv6ClientShouldRelayOnItsOwnGrantAlone() {
        try (MailSite site = MailSite.start("ipv6", JamesBuilder::listenEverywhere)) {
            site.checkMail(newClient(), ALICE);
            assertThat(site.relay("::1", ALICE).toString())
                    .startsWith(
                            "530 5.7.1 Relaying denied for ::1: check your mail first over the version of IP that you send with");
            assertThat(site.relay("::1", BOB).toString())
                    .startsWith("530 5.7.1 Relaying denied for ::1: check your mail");

            try (Pop3Client pop3 = site.james().pop3("::1")) {
                assertThat(pop3.login(ALICE, PASSWORD)).startsWith("+OK");
            }
            String subject = newSubject();
            try (SmtpClient smtp = site.james().smtp("::1")) {
                assertThat(smtp.send(ALICE, STRANGER, subject).code()).isEqualTo(250);
            }
            assertThat(site.awaitDelivery(subject).header("X-Address")).contains("::1");
            // The same James, over IPv4: connections of both families come through one socket.
            site.assertTellsTheStory(530);
        }
    }
}
