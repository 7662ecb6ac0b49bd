// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac.portmapper;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.popbeforesmtp.drac.rpc.Transport;
import org.popbeforesmtp.drac.rpc.XdrWriter;

/** Takes registrations over IPv4, except those of versions that another server is meant to have, and remembers each call. */
final class FakeRpcbind implements AutoCloseable {

    private static final int HEAD_WORDS = 10;
    private static final int SET = 1;

    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final Set<Integer> taken;
    private final DatagramSocket socket;

    private FakeRpcbind(Set<Integer> taken) throws IOException {
        this.taken = taken;
        this.socket = new DatagramSocket(0, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        Thread thread = new Thread(this::run, "fake-rpcbind");
        thread.setDaemon(true);
        thread.start();
    }

    static FakeRpcbind whereVersionsAreTaken(Integer... versions) throws IOException {
        return new FakeRpcbind(Set.of(versions));
    }

    int port() {
        return socket.getLocalPort();
    }

    /** The calls since this was last asked, as {@code set 1 udp}. */
    List<String> takeCalls() {
        List<String> sinceThen = new ArrayList<>(calls);
        calls.clear();
        return sinceThen;
    }

    private void run() {
        try {
            while (true) {
                answer();
            }
        } catch (IOException e) {
            calls.add("closed");
        }
    }

    private void answer() throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[1_024], 1_024);
        socket.receive(packet);
        ByteBuffer call = ByteBuffer.wrap(packet.getData());
        int procedure = word(call, 5);
        int version = word(call, HEAD_WORDS + 1);
        String transport = word(call, HEAD_WORDS + 2) == Transport.UDP.protocolNumber ? "udp" : "tcp";
        calls.add((procedure == SET ? "set " : "unset ") + version + " " + transport);
        int result = procedure == SET && taken.contains(version) ? 0 : 1;
        byte[] reply =
                new XdrWriter().writeInts(word(call, 0), 1, 0, 0, 0, 0, result).toBytes();
        socket.send(new DatagramPacket(reply, reply.length, packet.getSocketAddress()));
    }

    private static int word(ByteBuffer message, int number) {
        return message.getInt(number * Integer.BYTES);
    }

    @Override
    public void close() {
        socket.close();
    }
}
