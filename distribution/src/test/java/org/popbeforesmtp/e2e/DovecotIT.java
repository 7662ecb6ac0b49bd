// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popbeforesmtp.e2e.MailSite.ALICE;
import static org.popbeforesmtp.e2e.MailSite.BOB;
import static org.popbeforesmtp.e2e.MailSite.newClient;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A Dovecot whose post-login script, the one that ships, grants through WebAdmin. */
@Tag("real-peers")
class DovecotIT {

    private static MailSite site;
    private static Dovecot dovecot;

    @BeforeAll
    static void start() {
        site = MailSite.start(
                "dovecot",
                james -> james.file("webadmin.properties", "extensions.routes=org.popbeforesmtp.webadmin.TokenRoutes\n")
                        .with("manual.token", Dovecot.TOKEN));
        site.james()
                .webAdmin()
                .createUser("o'brien@example.org", MailSite.PASSWORD)
                .createUser("x=y@example.org", MailSite.PASSWORD);
        dovecot = Dovecot.start(site.james().webAdminPort());
    }

    @AfterAll
    static void stop() {
        dovecot.close();
        site.close();
    }

    @Test
    void loginAtDovecotShouldGrantRelayingOnJames() {
        String client = newClient();
        assertThat(site.relay(client, ALICE).code()).isEqualTo(530);

        assertThat(dovecot.login(client, ALICE)).startsWith("+OK");

        site.assertRelays(client, ALICE);
        assertThat(site.relay(client, BOB).code()).isEqualTo(530);
        assertThat(site.james().logLines("granted address=" + client + " user=" + ALICE + " protocol=manual"))
                .hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"o'brien@example.org", "x=y@example.org"})
    void anyNameThatJamesAllowsShouldDo(String user) {
        String client = newClient();

        assertThat(dovecot.login(client, user)).startsWith("+OK");

        site.assertRelays(client, user);
    }

    @Test
    void wrongPasswordShouldGrantNothing() {
        String client = newClient();

        assertThat(dovecot.failedLogin(client, ALICE)).startsWith("-ERR");

        assertThat(site.relay(client, ALICE).code()).isEqualTo(530);
    }

    @Test
    void userWhomJamesDoesNotKnowShouldLogInWithoutAGrant() {
        String client = newClient();

        assertThat(dovecot.login(client, "dave@example.org")).startsWith("+OK");

        assertThat(site.relay(client, "dave@example.org").code()).isEqualTo(530);
        assertThat(dovecot.log())
                .contains("pop-before-smtp-grant: no grant to dave@example.org")
                .contains("user was 'dave@example.org' but it must be a user of this James");
    }

    @Test
    void loginShouldWorkWithoutJames() {
        int nobodyListens = Ports.free();
        try (Dovecot alone = Dovecot.start(nobodyListens)) {
            Instant before = Instant.now();

            assertThat(alone.login(newClient(), ALICE)).startsWith("+OK");

            assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(5));
            assertThat(alone.log()).contains("pop-before-smtp-grant: no grant to " + ALICE, "curl: (7)");
        }
    }
}
