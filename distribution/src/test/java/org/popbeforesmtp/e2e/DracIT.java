// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.popbeforesmtp.e2e.MailSite.ALICE;
import static org.popbeforesmtp.e2e.MailSite.STRANGER;
import static org.popbeforesmtp.e2e.MailSite.newClient;
import static org.popbeforesmtp.e2e.MailSite.newSubject;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.e2e.SmtpSink.Delivery;

/**
 * A POP3 server that is not James grants over DRAC. James answers the port mapper's calls itself, at an address of the
 * loopback interface that no rpcbind of this host is expected to use.
 */
@Tag("real-peers")
class DracIT {

    private static final String DRAC_HOST = "127.0.0.111";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static DracClient pop3Server;
    private static MailSite site;

    @BeforeAll
    static void start() {
        pop3Server = DracClient.compile();
        site = MailSite.start(
                "drac",
                james -> listening(james)
                        .with("sender", "local")
                        .with("lifetime", "5s")
                        .with("networks.excluded", "127.9.0.0/16"));
    }

    private static JamesBuilder listening(JamesBuilder james) {
        return listening(james, DRAC_HOST);
    }

    private static JamesBuilder listening(JamesBuilder james, String address) {
        return james.file("extensions.properties", "guice.extension.startable=org.popbeforesmtp.drac.DracListener\n")
                .with("drac.enabled", "true")
                .with("drac.address", address)
                .with("drac.portmapper", "embedded");
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    @Test
    void clientShouldRelayOnAGrantOfTheOldServerUntilTheGrantEnds() {
        String client = newClient();
        assertThat(site.relay(client, ALICE).code()).isEqualTo(530);

        assertThat(pop3Server.add(DRAC_HOST, 1, "udp", client)).isEqualTo("0");

        String subject = newSubject();
        try (SmtpClient smtp = site.james().smtp(client)) {
            assertThat(smtp.send(ALICE, STRANGER, subject).code()).isEqualTo(250);
        }
        Delivery delivery = site.awaitDelivery(subject);
        assertThat(delivery.header("X-Address")).contains(client);
        assertThat(delivery.header("X-User")).isEmpty();
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(site.relay(client, ALICE).code()).isEqualTo(530));
    }

    @Test
    void version2ShouldGrantOverTcpToo() {
        String client = newClient();

        assertThat(pop3Server.add(DRAC_HOST, 2, "tcp", "::ffff:" + client)).isEqualTo("0");

        site.assertRelays(client, ALICE);
    }

    @Test
    void grantShouldBeInTheAudit() {
        String client = newClient();

        pop3Server.add(DRAC_HOST, 1, "udp", client);

        assertThat(site.james().logLines("granted address=" + client + " "))
                .singleElement()
                .asString()
                .contains("protocol=drac");
    }

    @Test
    void clientOfAnExcludedNetworkShouldNotBeGrantedTo() {
        assertThat(pop3Server.add(DRAC_HOST, 1, "udp", "127.9.0.1")).isEqualTo("1");

        assertThat(site.relay("127.9.0.1", ALICE).code()).isEqualTo(530);
    }

    @Test
    void senderOfAnotherDomainShouldBeRefused() {
        String client = newClient();
        pop3Server.add(DRAC_HOST, 1, "udp", client);

        assertThat(site.relay(client, "someone@elsewhere.example").code()).isNotEqualTo(250);
    }

    @Test
    void jamesShouldNotStartIfThePortsAreTaken() {
        assertThatThrownBy(() -> listening(JamesServer.named("drac-twice")).start())
                .isInstanceOf(JamesServer.StartFailure.class)
                .hasMessageContaining("cannot listen on " + DRAC_HOST + " port 111");
    }

    @Test
    void listenerShouldEndWithJamesAndWarnOfGrantsThatAllowNothing() {
        String address = "127.0.0.112";
        JamesBuilder builder =
                listening(JamesServer.named("drac-stop"), address).with("login.requireTls", "true");
        try (JamesServer james = builder.start()) {
            assertThat(pop3Server.add(address, 1, "udp", newClient())).isEqualTo("0");
            assertThat(james.logLines("with sender=login they allow nothing")).hasSize(1);
            assertThat(james.logLines("with login.requireTls=true its grants allow nothing"))
                    .hasSize(1);

            james.stop();

            assertThat(james.logLines("No longer listening for DRAC calls")).hasSize(1);
        }
    }
}
