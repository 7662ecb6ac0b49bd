// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What C clients see that rpcgen made from the interface, and that find the server through a real rpcbind or through the
 * port mapper of our own.
 */
@Tag("real-peers")
class RealClientTest {

    private static final String IPV4_HOST = "192.0.2.1";
    private static final String IPV6_HOST = "2001:db8::1";
    private static final String STRANGER = "192.0.2.200";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private static Path build;

    private PrivateHost host;

    @BeforeAll
    static void compileTheClient() throws Exception {
        Path sources = Path.of("src/test/c").toAbsolutePath();
        assertThat(shell("cp " + sources + "/* . && rpcgen -C relay.x"
                        + " && gcc -o client client.c relay_clnt.c relay_xdr.c -I/usr/include/tirpc -ltirpc"))
                .as("needs the packages libtirpc-dev, rpcsvc-proto and gcc")
                .isEmpty();
    }

    private static String shell(String command) throws Exception {
        Process process = new ProcessBuilder("sh", "-c", command)
                .directory(build.toFile())
                .redirectErrorStream(true)
                .start();
        return Output.of(process).afterTheEnd();
    }

    @BeforeEach
    void setUp() throws IOException {
        host = PrivateHost.withAddresses(IPV4_HOST + "/32", IPV6_HOST + "/128", STRANGER + "/32");
    }

    @AfterEach
    void tearDown() throws InterruptedException {
        host.close();
    }

    private Process startRpcbind() throws Exception {
        Process rpcbind = host.start("rpcbind", "-f", "-w");
        await().atMost(PATIENCE).until(() -> host.run("rpcinfo", "-p").contains("portmapper"));
        return rpcbind;
    }

    private void startPortMapper(String kind) throws Exception {
        if (kind.equals("register")) {
            startRpcbind();
        }
    }

    private Server startServer(String address, String portMapper) throws Exception {
        Server server = new Server(address, portMapper);
        await().atMost(PATIENCE).until(() -> server.output.has("listening on port"));
        return server;
    }

    private String client(String server, int version, String transport, String... addresses) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(build.resolve("client").toString(), server, String.valueOf(version), transport));
        command.addAll(List.of(addresses));
        return host.run(command.toArray(String[]::new));
    }

    private final class Server {

        private final Process process;
        private final Output output;

        Server(String address, String portMapper) throws IOException {
            process = host.start(
                    System.getProperty("java.home") + "/bin/java",
                    "-cp",
                    System.getProperty("java.class.path"),
                    DracServerProcess.class.getName(),
                    address,
                    "0",
                    portMapper,
                    "200",
                    "127.0.0.1",
                    "::1",
                    IPV4_HOST,
                    IPV6_HOST);
            output = Output.of(process);
        }

        void close() throws Exception {
            process.getOutputStream().close();
            process.waitFor();
            assertThat(output.afterTheEnd()).contains("closed");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"register", "embedded"})
    void clientsShouldGrantOverEitherTransportInEitherVersion(String portMapper) throws Exception {
        startPortMapper(portMapper);
        Server server = startServer("0.0.0.0", portMapper);
        for (String at : List.of("127.0.0.1", IPV4_HOST, "::1", IPV6_HOST)) {
            for (String transport : List.of("udp", "tcp")) {
                assertThat(client(at, 1, transport, "203.0.113.9", "null")).isEqualTo("0\n0");
                assertThat(client(at, 2, transport, "2001:db8:ff80::b8", "::ffff:203.0.113.10", "null"))
                        .isEqualTo("0\n0\n0");
            }
            assertThat(server.output.lines().stream().filter(line -> line.endsWith(" from " + at)))
                    .containsExactly(
                            "add 203.0.113.9 from " + at,
                            "add 2001:db8:ff80::b8 from " + at,
                            "add 203.0.113.10 from " + at,
                            "add 203.0.113.9 from " + at,
                            "add 2001:db8:ff80::b8 from " + at,
                            "add 203.0.113.10 from " + at);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "register, 127.0.0.1", "register, 192.0.2.1", "register, 2001:db8::1",
        "embedded, 127.0.0.1", "embedded, 192.0.2.1", "embedded, 2001:db8::1"
    })
    void clientsShouldFindAServerThatListensOnOneAddress(String portMapper, String address) throws Exception {
        startPortMapper(portMapper);
        startServer(address, portMapper);

        assertThat(client(address, 1, "udp", "203.0.113.9")).isEqualTo("0");
        assertThat(client(address, 2, "tcp", "2001:db8::9")).isEqualTo("0");
    }

    @Test
    void aServerThatMayNotUseIpv6ShouldNameTheAddressItCannotHave() throws Exception {
        String output = host.run(
                System.getProperty("java.home") + "/bin/java",
                "-Djava.net.preferIPv4Stack=true",
                "-cp",
                System.getProperty("java.class.path"),
                DracServerProcess.class.getName(),
                "::1",
                "4001",
                "none",
                "200",
                "127.0.0.1");

        assertThat(output).contains("BindException: cannot listen on 0:0:0:0:0:0:0:1 port 4001: ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"register", "embedded"})
    void aClientThatMayNotGrantShouldBeToldSo(String portMapper) throws Exception {
        startPortMapper(portMapper);
        Server server = startServer("0.0.0.0", portMapper);

        assertThat(client(STRANGER, 1, "udp", "203.0.113.9")).isEqualTo("1");
        assertThat(client(STRANGER, 2, "tcp", "2001:db8::9")).isEqualTo("1");
        assertThat(server.output.has("add ")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"register", "embedded"})
    void aClientOfAnotherVersionShouldBeToldWhichThereAre(String portMapper) throws Exception {
        startPortMapper(portMapper);
        startServer("0.0.0.0", portMapper);

        assertThat(client("127.0.0.1", 3, "udp", "::1")).contains("low version = 1, high version = 2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"register", "embedded"})
    void rpcinfoShouldFindTheServerReady(String portMapper) throws Exception {
        startPortMapper(portMapper);
        startServer("0.0.0.0", portMapper);

        String ready = "program 900101 version 1 ready and waiting\nprogram 900101 version 2 ready and waiting";
        assertThat(host.run("rpcinfo", "-u", "127.0.0.1", "900101")).isEqualTo(ready);
        assertThat(host.run("rpcinfo", "-t", "127.0.0.1", "900101")).isEqualTo(ready);
        assertThat(host.run("rpcinfo", "-p", "127.0.0.1")).containsPattern("900101 +2 +tcp");
    }

    @Test
    void closeShouldEndTheRegistration() throws Exception {
        startRpcbind();
        Server server = startServer("0.0.0.0", "register");
        assertThat(host.run("rpcinfo", "127.0.0.1")).contains("900101");

        server.close();

        assertThat(host.run("rpcinfo", "127.0.0.1")).contains("portmapper").doesNotContain("900101");
    }

    @Test
    void theServerShouldRegisterAgainAfterRpcbindWasRestarted() throws Exception {
        Process rpcbind = startRpcbind();
        startServer("0.0.0.0", "register");
        rpcbind.destroyForcibly().waitFor();
        // A warm start would know the registrations: this one must not.
        host.run("sh", "-c", "rm -f /run/rpcbind/*");

        startRpcbind();

        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(client("::1", 1, "udp", "203.0.113.9")).isEqualTo("0"));
    }

    @Test
    void theServerShouldWaitForAnRpcbindThatStartsLater() throws Exception {
        Server server = startServer("0.0.0.0", "register");
        assertThat(server.output.has("No rpcbind answers on this host")).isTrue();

        startRpcbind();

        await().atMost(PATIENCE)
                .untilAsserted(() ->
                        assertThat(client("127.0.0.1", 1, "udp", "203.0.113.9")).isEqualTo("0"));
    }

    @Test
    void theRegistrationOfAServerThatWasKilledShouldBeReplaced() throws Exception {
        startRpcbind();
        startServer("0.0.0.0", "register").process.destroyForcibly().waitFor();

        Server second = startServer("0.0.0.0", "register");

        assertThat(client("127.0.0.1", 1, "udp", "203.0.113.9")).isEqualTo("0");
        assertThat(second.output.has("add 203.0.113.9")).isTrue();
    }

    @Test
    void aServerThatLostItsRegistrationShouldLeaveItToTheOther() throws Exception {
        startRpcbind();
        Server first = startServer("0.0.0.0", "register");
        Server second = startServer("0.0.0.0", "register");
        await().atMost(PATIENCE).until(() -> second.output.has("Registered with the rpcbind"));
        // Two renewals later the first has also found out which of its registrations it has lost.
        await().pollDelay(Duration.ofMillis(500))
                .atMost(PATIENCE)
                .until(() -> first.output.has("rpcbind did not accept the registration"));

        first.close();

        assertThat(client("127.0.0.1", 1, "udp", "203.0.113.9")).isEqualTo("0");
        assertThat(second.output.has("add 203.0.113.9")).isTrue();
    }
}
