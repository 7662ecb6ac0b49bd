// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.popbeforesmtp.address.NetworkSet;
import org.popbeforesmtp.config.DracPortMapper;
import org.popbeforesmtp.config.DracSettings;
import org.popbeforesmtp.drac.rpc.Messages;
import org.popbeforesmtp.runtime.MutableClock;

/** The clock stands still, so whatever is logged "once a second" is logged once. */
class HostileInputTest {

    private static final String ALLOWED = "127.0.0.1";
    private static final String STRANGER = "127.0.0.2";
    private static final int MOST_FRAGMENTS = 16;
    private static final int MOST_CONNECTIONS = 256;
    private static final int MOST_STRANGERS = 32;

    private final AtomicInteger added = new AtomicInteger();
    private final PrintStream originalErr = System.err;
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private DracServer server;

    @BeforeEach
    void setUp() throws IOException {
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        DracSettings settings = DracSettings.listen(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                DracPortMapper.NONE,
                NetworkSet.parse(List.of(ALLOWED)));
        DracCalls calls = (granted, caller) -> {
            added.incrementAndGet();
            return DracResult.SUCCESS;
        };
        server = new DracServer(settings, calls, new MutableClock(), 0, 60_000, 60_000);
    }

    @AfterEach
    void tearDown() {
        server.close();
        System.setErr(originalErr);
    }

    private List<String> warnings() {
        return log.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.contains(" INFO "))
                .toList();
    }

    private void assertThatTheServiceGoesOn() throws IOException {
        int before = added.get();
        awaitTheEndOfTheQueue();
        try (TestClient udp = TestClient.udp(server, ALLOWED);
                TestClient tcp = TestClient.tcp(server, ALLOWED)) {
            assertThat(udp.call(Messages.ADD_IPV4)).isEqualTo(Messages.success("00000000"));
            assertThat(tcp.call(Messages.ADD_IPV4)).isEqualTo(Messages.success("00000000"));
        }
        assertThat(added).hasValue(before + 2);
    }

    /** Behind thousands of datagrams a call may be dropped, so it is repeated, as clients do. */
    private void awaitTheEndOfTheQueue() throws IOException {
        try (TestClient client = TestClient.udp(server, ALLOWED).timeout(500)) {
            await().ignoreExceptionsInstanceOf(SocketTimeoutException.class)
                    .untilAsserted(() -> assertThat(client.call(Messages.NULL)).isEqualTo(Messages.success("")));
        }
    }

    @Test
    void randomDatagramsShouldDoNoHarm() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        try (TestClient client = TestClient.udp(server, ALLOWED).timeout(1)) {
            for (int i = 0; i < 5_000; i++) {
                byte[] datagram = new byte[random.nextInt(2_000)];
                random.nextBytes(datagram);
                client.sendDatagram(datagram);
            }
        }
        assertThat(added).as("seed %d", seed).hasValue(0);
        assertThatTheServiceGoesOn();
        assertThat(warnings()).as("seed %d", seed).isEmpty();
    }

    @Test
    void noAnswerOverUdpShouldBeLongerThanTheCall() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        // An answer may come late, after the next call; its first word tells which call it belongs to.
        Map<Integer, Integer> lengths = new HashMap<>();
        int answers = 0;
        try (TestClient client = TestClient.udp(server, STRANGER).timeout(1)) {
            for (int xid = 0; xid < 2_000; xid++) {
                byte[] call = Messages.bytes(Messages.ADD_IPV4).array();
                ByteBuffer.wrap(call).putInt(xid);
                for (int flips = random.nextInt(4); flips > 0; flips--) {
                    call[4 + random.nextInt(call.length - 4)] ^= (byte) (1 << random.nextInt(8));
                }
                byte[] cut = Arrays.copyOf(call, random.nextInt(call.length + 1));
                lengths.put(xid, cut.length);
                client.sendDatagram(cut);
                Optional<ByteBuffer> answer = answer(client);
                if (answer.isPresent()) {
                    answers++;
                    assertThat(answer.get().remaining())
                            .as("seed %d", seed)
                            .isLessThanOrEqualTo(lengths.get(answer.get().getInt(0)));
                }
            }
        }
        assertThat(answers).as("seed %d", seed).isPositive();
    }

    private static Optional<ByteBuffer> answer(TestClient client) throws IOException {
        try {
            return Optional.of(Messages.bytes(client.receiveDatagram()));
        } catch (SocketTimeoutException e) {
            return Optional.empty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1_025, 9_000, 65_507})
    void anOversizedDatagramShouldNotBeAnswered(int size) throws IOException {
        byte[] call = Arrays.copyOf(Messages.bytes(Messages.NULL).array(), size);
        try (TestClient client = TestClient.udp(server, ALLOWED).timeout(200)) {
            client.sendDatagram(call);
            assertThatThrownBy(client::receiveDatagram).isInstanceOf(SocketTimeoutException.class);
        }
        assertThatTheServiceGoesOn();
    }

    @Test
    void randomRecordsShouldDoNoHarm() throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            try (TestClient client = TestClient.tcp(server, ALLOWED)) {
                byte[] bytes = new byte[random.nextInt(4_000)];
                random.nextBytes(bytes);
                if (random.nextBoolean() && bytes.length > 4) {
                    // A mark that promises less, so that the rest is looked at.
                    bytes[0] = (byte) 0x80;
                    bytes[1] = 0;
                    bytes[2] = (byte) random.nextInt(5);
                }
                client.send(bytes);
            } catch (IOException e) {
                assertThat(e).as("seed %d", seed).hasMessageMatching(".*(reset|Broken pipe|abort).*");
            }
        }
        assertThat(added).as("seed %d", seed).hasValue(0);
        assertThatTheServiceGoesOn();
        assertThat(warnings()).as("seed %d", seed).isEmpty();
    }

    @Test
    void aConnectionWithTooLongARecordShouldBeClosed() throws IOException {
        try (TestClient client = TestClient.tcp(server, ALLOWED)) {
            client.send(new byte[] {0x7F, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF});

            assertThat(client.isClosedByServer()).isTrue();
        }
        assertThatTheServiceGoesOn();
    }

    @Test
    void aConnectionWithEndlessEmptyFragmentsShouldBeClosed() throws IOException {
        try (TestClient client = TestClient.tcp(server, ALLOWED)) {
            client.send(new byte[4 * (MOST_FRAGMENTS + 1)]);

            assertThat(client.isClosedByServer()).isTrue();
        }
        assertThatTheServiceGoesOn();
    }

    @Test
    void aFloodFromAStrangerShouldGrantNothingAndLeaveOneLine() throws IOException {
        byte[] call = Messages.bytes(Messages.ADD_IPV4).array();
        try (TestClient stranger = TestClient.udp(server, STRANGER).timeout(1);
                TestClient friend = TestClient.udp(server, ALLOWED)) {
            for (int i = 0; i < 20_000; i++) {
                stranger.sendDatagram(call);
                if (i % 1_000 == 0) {
                    assertThat(friend.call(Messages.NULL)).isEqualTo(Messages.success(""));
                }
            }
        }
        assertThat(added).hasValue(0);
        assertThatTheServiceGoesOn();
        assertThat(warnings()).hasSize(1).first().asString().contains("Refused a DRAC call from 127.0.0.2");
    }

    @Test
    void thousandsOfConnectionsShouldNotKeepANewOneOut() throws IOException {
        List<TestClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 3_000; i++) {
                clients.add(TestClient.tcp(server, ALLOWED));
            }
            assertThatTheServiceGoesOn();
            await().untilAsserted(() -> assertThat(stillOpen(clients)).isLessThanOrEqualTo(MOST_CONNECTIONS));
        } finally {
            closeAll(clients);
        }
        assertThatTheServiceGoesOn();
    }

    @Test
    void connectionsOfStrangersShouldNotCloseThoseOfTheAllowed() throws IOException {
        List<TestClient> strangers = new ArrayList<>();
        try (TestClient friend = TestClient.tcp(server, ALLOWED)) {
            for (int i = 0; i < 1_000; i++) {
                strangers.add(TestClient.tcp(server, STRANGER));
            }
            assertThat(friend.call(Messages.NULL)).isEqualTo(Messages.success(""));
            await().untilAsserted(() -> assertThat(stillOpen(strangers)).isLessThanOrEqualTo(MOST_STRANGERS));
        } finally {
            closeAll(strangers);
        }
    }

    /** The last ones are those that are still open. */
    private static int stillOpen(List<TestClient> clients) throws IOException {
        int open = 0;
        for (TestClient client : clients) {
            open += client.timeout(2).isClosedByServer() ? 0 : 1;
        }
        return open;
    }

    private static void closeAll(List<TestClient> clients) throws IOException {
        for (TestClient client : clients) {
            client.close();
        }
    }
}
