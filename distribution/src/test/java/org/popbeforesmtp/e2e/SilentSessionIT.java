// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.popbeforesmtp.e2e.MailSite.ALICE;
import static org.popbeforesmtp.e2e.MailSite.PASSWORD;
import static org.popbeforesmtp.e2e.MailSite.newClient;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A client goes silent, and long after its grant has ended James closes its POP3 session: nothing comes back. */
class SilentSessionIT {

    private static MailSite site;

    @BeforeAll
    static void start() {
        site = MailSite.start(
                "silent-session",
                settings -> settings.with("lifetime", "6s")
                        .pop3(xml -> xml.set("//pop3server", "connectiontimeout", "15")));
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    @Test
    void anEndedGrantShouldStayEndedWhenJamesDropsItsSession() {
        String client = newClient();
        Pop3Client silent = site.james().pop3(client);
        assertThat(silent.login(ALICE, PASSWORD)).startsWith("+OK");
        site.assertRelays(client, ALICE);
        Callable<Boolean> isRefused = () -> !site.relay(client, ALICE).isPositive();
        await().atMost(Duration.ofSeconds(15)).until(isRefused);

        // James drops an idle session after twice the timeout. The client's own socket would give up sooner.
        await().atMost(Duration.ofSeconds(60)).until(() -> isClosed(silent));

        await().during(Duration.ofSeconds(3)).atMost(Duration.ofSeconds(6)).until(isRefused);
    }

    private static boolean isClosed(Pop3Client client) {
        try {
            client.awaitClose();
            return true;
        } catch (UncheckedIOException e) {
            return false;
        }
    }
}
