// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.address.NetworkSet;
import org.popbeforesmtp.config.DracPortMapper;
import org.popbeforesmtp.config.DracSettings;
import org.popbeforesmtp.drac.rpc.Messages;
import org.popbeforesmtp.store.GrantStore;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;
import org.popbeforesmtp.store.StoreLimits;
import org.popbeforesmtp.store.memory.MemoryGrantStore;

/** How many calls over UDP are answered in a second, and how many of those that do nothing. */
class ThroughputTest {

    private static final int HEAD = 40;
    private static final int CLIENTS = 8;
    private static final long ROUND_NANOS = 1_000_000_000L;
    private static final int ROUNDS = 3;

    @Test
    void fiveThousandCallsShouldBeAnsweredInASecond() throws Exception {
        Clock clock = Clock.systemUTC();
        try (GrantStore store = new MemoryGrantStore(clock, StoreLimits.of(1_000_000, () -> StoreLimits.MANY_USERS));
                DracServer server = new DracServer(settings(), recordIn(store), clock, 0, 60_000, 60_000)) {
            List<Double> adds = new ArrayList<>();
            List<Double> nulls = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                nulls.add(callsPerSecond(server, Messages.NULL));
                adds.add(callsPerSecond(server, Messages.ADD_IPV4));
            }
            double add = Collections.max(adds);
            double nothing = Collections.max(nulls);
            System.out.printf(
                    "DRAC over UDP with %d clients: %.0f grants/s, %.0f null calls/s, ratio %.2f%n",
                    CLIENTS, add, nothing, add / nothing);
            assertThat(add).isGreaterThan(5_000);
        }
    }

    private static DracSettings settings() {
        return DracSettings.listen(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                DracPortMapper.NONE,
                NetworkSet.parse(List.of("127.0.0.0/8")));
    }

    private static DracCalls recordIn(GrantStore store) {
        Lifetime lifetime = Lifetime.parse("15m");
        return (granted, caller) -> {
            store.record(Login.ofUnknownUser(granted, Protocol.DRAC, false), lifetime);
            return DracResult.SUCCESS;
        };
    }

    private static double callsPerSecond(DracServer server, String call) throws InterruptedException {
        LongAdder answers = new LongAdder();
        long start = System.nanoTime();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Thread client = new Thread(() -> callUntil(server, call, start + ROUND_NANOS, answers));
            client.start();
            clients.add(client);
        }
        for (Thread client : clients) {
            client.join();
        }
        return answers.sum() * 1e9 / (System.nanoTime() - start);
    }

    private static void callUntil(DracServer server, String call, long end, LongAdder answers) {
        byte[] bytes = Messages.bytes(call).array();
        try (TestClient client = TestClient.udp(server, "127.0.0.1")) {
            int number = 0;
            while (System.nanoTime() < end) {
                if (bytes.length > HEAD) {
                    ByteBuffer.wrap(bytes).putInt(HEAD, ++number);
                }
                client.sendDatagram(bytes);
                client.receiveDatagram();
                answers.increment();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
