// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popbeforesmtp.e2e.MailSite.ALICE;
import static org.popbeforesmtp.e2e.MailSite.BOB;
import static org.popbeforesmtp.e2e.MailSite.CAROL;
import static org.popbeforesmtp.e2e.MailSite.PASSWORD;
import static org.popbeforesmtp.e2e.MailSite.newClient;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code docs/migration.md} says to look at before the move, tried. */
class MigrationIT {

    private static MailSite site;

    @BeforeAll
    static void start() {
        site = MailSite.start(
                "migration",
                settings -> settings.with("maxUsersPerAddress", "2").listenEverywhere());
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"alice", "alice%example.org", "alice/example.org"})
    void oldLoginNamesShouldNotLogInAndSoGrantNothing(String name) {
        String client = newClient();

        assertThat(site.james().checkMail(client, name, PASSWORD)).startsWith("-ERR");

        assertThat(site.relay(client, ALICE).toString()).contains(" 5.7.1 Relaying denied for " + client + ": check");
    }

    @Test
    void moreUsersBehindOneAddressThanTheLimitShouldGrantNothing() {
        String office = newClient();
        site.checkMail(office, ALICE);
        site.checkMail(office, BOB);
        site.assertRelays(office, ALICE);

        site.checkMail(office, CAROL);

        assertThat(site.relay(office, ALICE).toString())
                .endsWith("Relaying denied for " + office
                        + ": too many users share this address; turn on SMTP authentication");
    }

    @Test
    void aReadReceiptShouldBeRefusedWithATextOfItsOwn() {
        String client = newClient();
        site.checkMail(client, ALICE);

        assertThat(site.relay(client, "").toString())
                .endsWith("Relaying denied for " + client
                        + ": a receipt without a sender cannot be sent this way; turn on SMTP authentication");
    }

    @Test
    void aLoginOverIpv6ShouldNotGrantOverIpv4() {
        String dora = "dora@example.org";
        site.james().webAdmin().createUser(dora, PASSWORD);
        site.checkMail("::1", dora);
        site.assertRelays("::1", dora);
        String client = newClient();

        assertThat(site.relay(client, dora).toString())
                .contains("Relaying denied for " + client
                        + ": check your mail first over the version of IP that you send with")
                .doesNotContain("::1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"www-data@web1.example.org", "bounces@example.org", "bounces+17@news.example"})
    void theBounceAddressOfAProgramShouldBeRefusedAsASender(String sender) {
        String client = newClient();
        site.checkMail(client, ALICE);

        assertThat(site.relay(client, sender).toString())
                .contains("Relaying denied for " + client + ": the sender address does not belong to a user");
    }
}
