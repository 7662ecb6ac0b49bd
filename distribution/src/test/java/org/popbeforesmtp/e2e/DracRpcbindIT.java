// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.popbeforesmtp.e2e.MailSite.ALICE;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.e2e.Program.Outcome;

/**
 * A James that registers with a real rpcbind. All of it, this class as a program included, runs in a network of its own, so
 * that neither port 111 nor the rpcbind of this host is touched. Needs root on Linux.
 */
@Tag("real-peers")
class DracRpcbindIT {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String HOST = "ip link set lo up; mount -t tmpfs tmpfs /run; mkdir /run/rpcbind; exec \"$@\"";

    @Test
    void clientsOfBothVersionsShouldFindJamesThroughRpcbindUntilItEnds() {
        Outcome outcome = Program.run(
                List.of(
                        "unshare",
                        "--net",
                        "--mount",
                        "sh",
                        "-ec",
                        HOST,
                        "sh",
                        System.getProperty("java.home") + "/bin/java",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DracRpcbindIT.class.getName()),
                "");

        assertThat(outcome.output()).endsWith("told to the end\n");
        outcome.assertSucceeded();
    }

    /** What happens in that network. */
    public static void main(String[] arguments) throws IOException {
        Process rpcbind = new ProcessBuilder("rpcbind", "-f", "-w")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            await().atMost(PATIENCE).until(() -> registrations().contains("portmapper"));
            tell(DracClient.compile());
        } finally {
            rpcbind.destroy();
        }
        System.out.println("told to the end");
    }

    private static void tell(DracClient pop3Server) {
        try (MailSite site = MailSite.start("drac-rpcbind", DracRpcbindIT::listening)) {
            assertThat(registrations()).contains("900101");
            for (String transport : List.of("udp", "tcp")) {
                assertGrants(site, pop3Server, "127.0.0.1", 1, transport, "127.3.0.1");
                assertGrants(site, pop3Server, "::1", 2, transport, "::1");
            }
            site.james().stop();
            assertThat(registrations()).contains("portmapper").doesNotContain("900101");
        }
    }

    private static JamesBuilder listening(JamesBuilder james) {
        return james.listenEverywhere()
                .file("extensions.properties", "guice.extension.startable=org.popbeforesmtp.drac.DracListener\n")
                .with("drac.enabled", "true")
                .with("drac.address", "0.0.0.0")
                .with("sender", "local")
                .with("lifetime", "2s");
    }

    private static void assertGrants(
            MailSite site, DracClient pop3Server, String at, int version, String transport, String client) {
        assertThat(site.relay(client, ALICE).code()).isEqualTo(530);

        assertThat(pop3Server.add(at, version, transport, client)).isEqualTo("0");

        site.assertRelays(client, ALICE);
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(site.relay(client, ALICE).code()).isEqualTo(530));
    }

    private static String registrations() {
        return Program.run(List.of("rpcinfo"), "").output();
    }
}
