// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popbeforesmtp.e2e.MailSite.ALICE;
import static org.popbeforesmtp.e2e.MailSite.BOB;
import static org.popbeforesmtp.e2e.MailSite.PASSWORD;
import static org.popbeforesmtp.e2e.MailSite.STRANGER;
import static org.popbeforesmtp.e2e.MailSite.newClient;
import static org.popbeforesmtp.e2e.MailSite.newSubject;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What docs/install.md says of upgrading and removing, done to a real James. */
class UninstallIT {

    private static final String HANDLER = "//handler[starts-with(@class, 'org.popbeforesmtp.')]";
    private static final String MAILET = "//mailet[starts-with(@match, 'org.popbeforesmtp.')]";

    @Test
    void anUpgradeShouldKeepGrantsAndARemovalShouldLeaveJamesAsItWas() throws IOException {
        try (MailSite site = MailSite.start(
                "uninstall",
                builder -> builder.withSample("extensions.properties")
                        .file("webadmin.properties", WebAdminIT.sample("webadmin.properties"))
                        .file("healthcheck.properties", WebAdminIT.sample("healthcheck.properties"))
                        .with("lifetime", "30m"))) {
            String client = newClient();
            site.checkMail(client, ALICE);
            site.assertRelays(client, ALICE);

            upgrade(site.james());
            site.createUsers();
            site.assertRelays(client, ALICE);

            remove(site.james());
            site.createUsers();
            assertThat(site.james()
                            .webAdmin()
                            .request("GET", "/pop-before-smtp/grants", "")
                            .statusCode())
                    .isEqualTo(404);
            assertThat(site.james()
                            .webAdmin()
                            .request("GET", "/healthcheck", "")
                            .body())
                    .doesNotContain("PopBeforeSmtp");
            assertThat(repliesOf(site)).isEqualTo(repliesOfAJamesThatNeverHadIt());
        }
    }

    private static void upgrade(JamesServer james) throws IOException {
        james.stop();
        james.directory().removeExtensions();
        Path newer = Files.createDirectories(Build.target().resolve("newer")).resolve("james-pop-before-smtp-99.jar");
        Files.deleteIfExists(newer);
        Files.copy(Build.extensionJar(), newer);
        james.directory().addExtension(newer);
        james.startAgain();
    }

    private static void remove(JamesServer james) {
        james.stop();
        uninstall(james.directory());
        int linesBefore = james.logLines("org.popbeforesmtp").size();
        james.startAgain();
        assertThat(james.logLines("org.popbeforesmtp")).hasSize(linesBefore);
    }

    private static void uninstall(JamesDirectory directory) {
        directory.edit("pop3server.xml", xml -> xml.remove(HANDLER));
        directory.edit("smtpserver.xml", xml -> xml.remove(HANDLER));
        directory.edit("mailetcontainer.xml", xml -> xml.remove(MAILET));
        for (String file : List.of("extensions.properties", "healthcheck.properties", "pop-before-smtp.properties")) {
            directory.remove(file);
        }
        directory.removeLines("webadmin.properties", "org.popbeforesmtp.");
        directory.removeExtensions();
    }

    private static List<String> repliesOfAJamesThatNeverHadIt() {
        try (MailSite site = MailSite.start("never-installed", builder -> {
            JamesBuilder without = builder.smtp(xml -> xml.remove(HANDLER))
                    .pop3(xml -> xml.remove(HANDLER))
                    .edit("mailetcontainer.xml", xml -> xml.setAttribute(MAILET, "match", "All"));
            without.directory().removeExtensions();
            return without;
        })) {
            return repliesOf(site);
        }
    }

    /** What a client hears that logs in, relays, sends to a local user and authenticates; and that local mail arrives. */
    private static List<String> repliesOf(MailSite site) {
        String client = newClient();
        List<String> replies = new ArrayList<>();
        replies.add(site.james().checkMail(client, ALICE, PASSWORD));
        try (SmtpClient smtp = site.james().smtp(client)) {
            replies.add(smtp.send(ALICE, STRANGER, newSubject()).toString());
            replies.add(smtp.send("x@another.example", STRANGER, newSubject()).toString());
            replies.add(smtp.send("x@another.example", "nobody@example.org", newSubject())
                    .toString());
            replies.add(String.valueOf(
                    smtp.send("x@another.example", BOB, newSubject()).code()));
            smtp.startTls();
            replies.add(smtp.authenticate(ALICE, PASSWORD).toString());
            replies.add(String.valueOf(smtp.send(ALICE, STRANGER, newSubject()).code()));
        }
        assertThat(replies.get(1)).doesNotContain("Relaying denied for");
        return replies;
    }
}
