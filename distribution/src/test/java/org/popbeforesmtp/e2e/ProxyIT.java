// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.popbeforesmtp.e2e.MailSite.ALICE;
import static org.popbeforesmtp.e2e.MailSite.PASSWORD;
import static org.popbeforesmtp.e2e.MailSite.STRANGER;
import static org.popbeforesmtp.e2e.MailSite.newSubject;

import java.io.UncheckedIOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Behind a load balancer that speaks the PROXY protocol, the client counts and not the load balancer. */
class ProxyIT {

    private static MailSite site;
    private static JamesServer james;

    @BeforeAll
    static void start() {
        site = MailSite.start("proxy", JamesBuilder::proxyRequired);
        james = site.james();
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static void checkMail(String client) {
        try (Pop3Client pop3 = Pop3Client.connectThroughProxy(client, james.pop3Port())) {
            assertThat(pop3.login(ALICE, PASSWORD)).startsWith("+OK");
        }
    }

    private static Reply relay(String client, String subject) {
        try (SmtpClient smtp = SmtpClient.connectThroughProxy(client, james.smtpPort())) {
            return smtp.send(ALICE, STRANGER, subject);
        }
    }

    @Test
    void clientShouldRelayAndAnotherBehindTheSameProxyNot() {
        String subject = newSubject();
        checkMail("203.0.113.7");

        assertThat(relay("203.0.113.7", subject).code()).isEqualTo(250);
        assertThat(site.awaitDelivery(subject).header("X-Address")).contains("203.0.113.7");
        assertThat(relay("203.0.113.8", newSubject()).toString())
                .startsWith("530 5.7.1 Relaying denied for 203.0.113.8: check your mail first");
    }

    @Test
    void ipv6ClientShouldBeKnownInEverySpelling() {
        checkMail("2001:db8::7");

        assertThat(relay("2001:0DB8:0:0:0:0:0:7", newSubject()).code()).isEqualTo(250);
        assertThat(relay("2001:db8::8", newSubject()).toString())
                .startsWith("530 5.7.1 Relaying denied for 2001:db8::8: ");
    }

    @Test
    void mappedAddressShouldBeTheIpv4AddressItStandsFor() {
        checkMail("203.0.113.10");

        assertThat(relay("::ffff:203.0.113.10", newSubject()).code()).isEqualTo(250);
    }

    @Test
    void loginThatBreaksOffShouldCountForTheClient() {
        try (Pop3Client pop3 = Pop3Client.connectThroughProxy("203.0.113.11", james.pop3Port())) {
            pop3.login(ALICE, PASSWORD);
        }

        assertThat(relay("203.0.113.11", newSubject()).code()).isEqualTo(250);
        assertThat(relay("127.0.0.1", newSubject()).code()).isEqualTo(530);
    }

    @Test
    void badProxyHeaderShouldRelayNothing() {
        for (String header : new String[] {
            "PROXY TCP4 localhost 192.0.2.25 40000 25",
            "PROXY TCP4 203.0.113.7",
            "PROXY TCP4 203.0.113.7 192.0.2.25 40000 25 " + "x".repeat(200),
            "EHLO client.example"
        }) {
            try (LineClient line = LineClient.connect("127.0.0.1", james.smtpPort())) {
                line.send(header);
                assertThatThrownBy(() -> {
                            while (true) {
                                line.readLine();
                            }
                        })
                        .as(header)
                        .isInstanceOf(UncheckedIOException.class);
            }
        }
    }
}
