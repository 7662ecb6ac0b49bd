// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.address.NetworkSet;
import org.popbeforesmtp.config.DracPortMapper;
import org.popbeforesmtp.config.DracSettings;
import org.popbeforesmtp.drac.rpc.Messages;
import org.popbeforesmtp.runtime.MutableClock;

class DracServerTest {

    private static final String ALLOWED = "127.0.0.1";
    private static final String STRANGER = "127.0.0.2";
    private static final Duration LONGEST_IDLE = Duration.ofSeconds(2);

    private final MutableClock clock = new MutableClock();
    private final Queue<String> added = new ConcurrentLinkedQueue<>();
    private DracServer server;

    @BeforeEach
    void setUp() throws IOException {
        server = start(0, DracPortMapper.NONE, 0);
    }

    @AfterEach
    void tearDown() {
        server.close();
    }

    private DracServer start(int port, DracPortMapper portMapper, int portMapperPort) throws IOException {
        DracSettings settings = DracSettings.listen(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                portMapper,
                NetworkSet.parse(List.of(ALLOWED)));
        DracCalls calls = (granted, caller) -> {
            added.add(granted + " from " + caller);
            return DracResult.SUCCESS;
        };
        return new DracServer(settings, calls, clock, portMapperPort, 60_000, LONGEST_IDLE.toMillis());
    }

    @Test
    void aCallOverUdpShouldBeAnswered() throws IOException {
        try (TestClient client = TestClient.udp(server, ALLOWED)) {
            assertThat(client.call(Messages.ADD_IPV4)).isEqualTo(Messages.success("00000000"));
        }
        assertThat(added).containsExactly("192.0.2.17 from 127.0.0.1");
    }

    @Test
    void callsOverOneTcpConnectionShouldBeAnsweredOneAfterTheOther() throws IOException {
        try (TestClient client = TestClient.tcp(server, ALLOWED)) {
            for (int i = 0; i < 100; i++) {
                client.sendRecord(Messages.ADD_IPV4.replace(Messages.XID, "%08x".formatted(i)));
            }
            for (int i = 0; i < 100; i++) {
                assertThat(client.receiveRecord()).startsWith("%08x ".formatted(i));
            }
        }
        assertThat(added).hasSize(100);
    }

    @Test
    void aStrangerShouldBeRefusedOverBothTransports() throws IOException {
        try (TestClient udp = TestClient.udp(server, STRANGER);
                TestClient tcp = TestClient.tcp(server, STRANGER)) {
            assertThat(udp.call(Messages.ADD_IPV4)).isEqualTo(Messages.success("00000001"));
            assertThat(tcp.call(Messages.ADD_IPV4)).isEqualTo(Messages.success("00000001"));
        }
        assertThat(added).isEmpty();
    }

    @Test
    void aConnectionWithoutCallsShouldBeClosedAndOneWithCallsShouldNot() throws IOException {
        try (TestClient busy = TestClient.tcp(server, ALLOWED);
                TestClient idle = TestClient.tcp(server, ALLOWED).timeout(50)) {
            long opened = System.nanoTime();
            // The mark of a record of 1,024 octets.
            idle.send(new byte[] {(byte) 0x80, 0, 4, 0});
            while (!idle.isClosedByServer()) {
                assertThat(busy.call(Messages.NULL)).isEqualTo(Messages.success(""));
                assertThat(Duration.ofNanos(System.nanoTime() - opened)).isLessThan(LONGEST_IDLE.multipliedBy(10));
                sendAnOctetThatMakesNoCall(idle);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - opened)).isGreaterThan(LONGEST_IDLE.dividedBy(2));
            assertThat(busy.call(Messages.NULL)).isEqualTo(Messages.success(""));
        }
    }

    private static void sendAnOctetThatMakesNoCall(TestClient client) {
        try {
            client.send(new byte[] {0});
        } catch (IOException e) {
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    /** The other tests don't wait as long as a running James does. */
    @Test
    void theTimesOfARunningJamesShouldBeThoseOfTheDocumentation() {
        assertThat(Duration.ofMillis(DracServer.LONGEST_IDLE_MILLIS)).isEqualTo(Duration.ofSeconds(30));
        assertThat(Duration.ofMillis(DracServer.RENEWAL_MILLIS)).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void theEmbeddedPortMapperShouldReturnThePort() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        try (DracServer other = start(0, DracPortMapper.EMBEDDED, port);
                DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            byte[] call = Messages.bytes(Messages.call(100_000, 2, 3) + " 000dbc05 00000001 00000011 00000000")
                    .array();
            socket.setSoTimeout(10_000);
            socket.send(new DatagramPacket(
                    call, call.length, new InetSocketAddress(InetAddress.getLoopbackAddress(), port)));
            DatagramPacket reply = new DatagramPacket(new byte[28], 28);
            socket.receive(reply);

            assertThat(Messages.words(ByteBuffer.wrap(reply.getData())))
                    .isEqualTo(Messages.success("%08x".formatted(other.address().getPort())));
        }
    }

    @Test
    void startShouldNameThePortThatIsTaken() {
        int taken = server.address().getPort();

        assertThatThrownBy(() -> start(taken, DracPortMapper.NONE, 0))
                .isInstanceOf(BindException.class)
                .hasMessageContaining("cannot listen on 127.0.0.1 port " + taken + ": ");
    }

    @Test
    void startShouldGoOnWithoutAnRpcbind() throws IOException {
        int nobodyListens = server.address().getPort();
        server.close();

        server = start(0, DracPortMapper.REGISTER, nobodyListens);

        try (TestClient client = TestClient.udp(server, ALLOWED)) {
            assertThat(client.call(Messages.NULL)).isEqualTo(Messages.success(""));
        }
    }

    @Test
    void troubleShouldReportThatCallsAreNoLongerAnswered() {
        assertThat(server.trouble()).isEmpty();
        server.close();

        assertThat(server.trouble()).contains("DRAC calls are no longer answered");
    }

    @Test
    void troubleShouldReportThatNobodyFindsTheServer() throws IOException {
        int nobodyListens = server.address().getPort();
        server.close();

        server = start(0, DracPortMapper.REGISTER, nobodyListens);

        assertThat(server.trouble()).contains("No rpcbind answers");
    }

    @Test
    void closeShouldLetGoOfThePorts() throws IOException {
        int port = server.address().getPort();
        server.close();
        server.close();

        assertThatThrownBy(() -> TestClient.tcp(server, ALLOWED)).isInstanceOf(ConnectException.class);
        server = start(port, DracPortMapper.NONE, 0);
        assertThat(server.address().getPort()).isEqualTo(port);
    }
}
