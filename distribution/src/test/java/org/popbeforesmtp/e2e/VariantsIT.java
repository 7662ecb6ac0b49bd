// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popbeforesmtp.e2e.MailSite.ALICE;
import static org.popbeforesmtp.e2e.MailSite.STRANGER;
import static org.popbeforesmtp.e2e.MailSite.newClient;
import static org.popbeforesmtp.e2e.MailSite.newSubject;

import java.io.IOException;
import java.nio.file.Files;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.Node;

/** The story holds in differently configured servers. */
class VariantsIT {

    @Test
    void shouldWorkWithoutIdentityCheckAuthenticationAndMonitors() {
        try (MailSite site = MailSite.start(
                "bare",
                settings -> settings.verifyIdentity(false).announceAuth("never").monitors(false))) {
            site.assertTellsTheStory(550);
        }
    }

    @Test
    void shouldWorkWhereAuthenticationIsAlwaysAnnounced() {
        try (MailSite site = MailSite.start(
                "announced", settings -> settings.announceAuth("always").authWithoutTls())) {
            site.assertTellsTheStory(530);
            assertThat(site.relay(newClient(), "x@another.example").toString())
                    .startsWith("530 5.7.1 Relaying denied for");
        }
    }

    @Test
    void shouldWorkWhereTheHandlersAreListedLast() {
        try (MailSite site = MailSite.start(
                "listed-last",
                settings -> settings.smtp(VariantsIT::moveOursToTheEnd).pop3(VariantsIT::moveOursToTheEnd))) {
            site.assertTellsTheStory(530);
        }
    }

    private static void moveOursToTheEnd(XmlFile xml) {
        xml.change("//handler[starts-with(@class, 'org.popbeforesmtp.')]", VariantsIT::moveToTheEnd);
    }

    private static void moveToTheEnd(Element element) {
        Node parent = element.getParentNode();
        parent.removeChild(element);
        parent.appendChild(element);
    }

    @Test
    void shouldWorkWithAllSamplesAndEveryKeySetToItsDefault() throws IOException {
        String everyKey = Files.readString(Build.sampleConfiguration().resolve("pop-before-smtp.properties"))
                .lines()
                .filter(line -> line.matches("#[A-Za-z0-9.]+=.*"))
                .map(line -> line.substring(1) + "\n")
                .collect(Collectors.joining());
        try (MailSite site = MailSite.start(
                "all-samples",
                settings -> settings.withSample("extensions.properties")
                        .withSample("pop-before-smtp.properties")
                        .file("pop-before-smtp.properties", everyKey))) {
            site.assertTellsTheStory(530);
            String client = newClient();
            assertThat(site.relay(client, ALICE))
                    .hasToString("530 5.7.1 Relaying denied for " + client + ": check your mail first, then send again"
                            + " within 15 minutes, or turn on SMTP authentication");
        }
    }

    @Test
    void authorisedNetworkShouldRelayWithoutLoginAndWithoutStamp() {
        try (MailSite site = MailSite.start("authorised", settings -> settings.authorizedAddresses("127.50.0.0/16"))) {
            String subject = newSubject();
            site.checkMail("127.50.0.1", ALICE);
            try (SmtpClient smtp = site.james().smtp("127.50.0.1")) {
                assertThat(smtp.send(ALICE, STRANGER, newSubject()).code()).isEqualTo(250);
                assertThat(smtp.send("x@another.example", STRANGER, subject).code())
                        .isEqualTo(250);
            }
            assertThat(site.awaitDelivery(subject).header("X-Address")).isEmpty();
            site.assertTellsTheStory(530);
        }
    }

    @Test
    void operatorsOwnWordsShouldBeWhatTheUserReads() {
        try (MailSite site = MailSite.start(
                "own-words",
                settings -> settings.with("refusal.message", "Get mail first ({address}, {lifetime}). {help}")
                        .with("refusal.help", "https://help.example/relay")
                        .with("lifetime", "90s"))) {
            String client = newClient();

            assertThat(site.relay(client, ALICE))
                    .hasToString("530 5.7.1 Get mail first (" + client + ", 90 seconds). https://help.example/relay");
        }
    }
}
