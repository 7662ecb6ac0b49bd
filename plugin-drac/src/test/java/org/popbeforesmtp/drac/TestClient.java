// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import org.popbeforesmtp.drac.rpc.Messages;

/** Calls a server over a socket of its own, from the loopback address of the test's choice. */
final class TestClient implements AutoCloseable {

    private static final int TIMEOUT_MILLIS = 10_000;

    private final DatagramSocket udp;
    private final Socket tcp = new Socket();

    private TestClient(String from) throws IOException {
        udp = new DatagramSocket(0, InetAddress.getByName(from));
        udp.setSoTimeout(TIMEOUT_MILLIS);
        tcp.setSoTimeout(TIMEOUT_MILLIS);
        tcp.bind(new InetSocketAddress(from, 0));
    }

    static TestClient udp(DracServer server, String from) throws IOException {
        TestClient client = new TestClient(from);
        client.udp.connect(server.address());
        return client;
    }

    static TestClient tcp(DracServer server, String from) throws IOException {
        TestClient client = new TestClient(from);
        client.tcp.connect(server.address());
        return client;
    }

    String call(String words) throws IOException {
        if (tcp.isConnected()) {
            sendRecord(words);
            return receiveRecord();
        }
        sendDatagram(Messages.bytes(words).array());
        return receiveDatagram();
    }

    void sendDatagram(byte[] bytes) throws IOException {
        udp.send(new DatagramPacket(bytes, bytes.length));
    }

    String receiveDatagram() throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[2_000], 2_000);
        udp.receive(packet);
        return Messages.words(ByteBuffer.wrap(packet.getData(), 0, packet.getLength()));
    }

    void sendRecord(String words) throws IOException {
        byte[] bytes = Messages.bytes(words).array();
        send(ByteBuffer.allocate(4 + bytes.length)
                .putInt(0x8000_0000 | bytes.length)
                .put(bytes)
                .array());
    }

    void send(byte[] bytes) throws IOException {
        DataOutputStream out = new DataOutputStream(tcp.getOutputStream());
        out.write(bytes);
        out.flush();
    }

    String receiveRecord() throws IOException {
        DataInputStream in = new DataInputStream(tcp.getInputStream());
        byte[] record = new byte[in.readInt() & 0x7FFF_FFFF];
        in.readFully(record);
        return Messages.words(ByteBuffer.wrap(record));
    }

    /** Whether the server has closed the connection, or does so within the time-out of the socket. */
    boolean isClosedByServer() {
        try {
            return tcp.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    TestClient timeout(int millis) throws IOException {
        udp.setSoTimeout(millis);
        tcp.setSoTimeout(millis);
        return this;
    }

    @Override
    public void close() throws IOException {
        udp.close();
        tcp.close();
    }
}
