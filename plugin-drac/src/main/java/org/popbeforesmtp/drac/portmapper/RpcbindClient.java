// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac.portmapper;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.concurrent.ThreadLocalRandom;
import org.popbeforesmtp.drac.rpc.RpcCall;
import org.popbeforesmtp.drac.rpc.RpcServer;
import org.popbeforesmtp.drac.rpc.XdrReader;
import org.popbeforesmtp.drac.rpc.XdrWriter;

/**
 * Registers programs with the rpcbind of this host. Where this process may use a privileged port it does, for an
 * rpcbind that trusts no other, and so that nobody without such a port can remove the registration. Calls wait at most
 * two seconds.
 */
final class RpcbindClient {

    static final int SET = 1;
    static final int UNSET = 2;
    private static final int PORTMAP_VERSION = 2;
    private static final int RPCBIND_VERSION = 4;

    private static final int LOWEST_PRIVILEGED = 600;
    private static final int FIRST_UNPRIVILEGED = 1_024;
    private static final int PRIVILEGED_TRIES = 16;
    private static final int TIMEOUT_MILLIS = 2_000;

    private final int port;

    /** A client of the rpcbind that listens on a port of this host; over IPv4, rpcbind takes version 2 over nothing else. */
    RpcbindClient(int port) {
        this.port = port;
    }

    /**
     * Registers a mapping ({@link #SET}; the same again does no harm), or removes the registration of its program and
     * version whoever made it ({@link #UNSET}; of IPv4 that of both transports together).
     *
     * @return whether it is registered; if not, another one is in its place or rpcbind refuses ours. To UNSET it says
     *     yes
     * @throws IOException if rpcbind does not answer, or answers with an invalid message
     */
    boolean call(int procedure, PortMapping mapping) throws IOException {
        int xid = ThreadLocalRandom.current().nextInt();
        int version = mapping.ipv6 ? RPCBIND_VERSION : PORTMAP_VERSION;
        XdrWriter message = new XdrWriter()
                .writeInts(xid, 0, RpcCall.RPC_VERSION, PortMapperProgram.NUMBER, version, procedure, 0, 0, 0, 0)
                .writeAll(mapping.encoded(!mapping.ipv6));
        XdrReader reply = exchange(message.toBytes(), xid);
        boolean accepted = reply.readInt() == 1 && reply.readInt() == 0;
        reply.readInt();
        reply.skipOpaque(RpcServer.LONGEST_MESSAGE);
        return accepted && reply.readInt() == 0 && reply.readInt() != 0;
    }

    /** Returns what follows the number of the call in its reply. */
    private XdrReader exchange(byte[] call, int xid) throws IOException {
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        try (DatagramSocket socket = open(loopback)) {
            socket.connect(loopback, port);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.send(new DatagramPacket(call, call.length));
            DatagramPacket reply = new DatagramPacket(new byte[RpcServer.LONGEST_MESSAGE], RpcServer.LONGEST_MESSAGE);
            socket.receive(reply);
            ByteBuffer bytes = ByteBuffer.wrap(reply.getData(), 0, reply.getLength());
            if (bytes.remaining() < Integer.BYTES || bytes.getInt() != xid) {
                throw new IOException("not the reply to this call");
            }
            return new XdrReader(bytes);
        }
    }

    private static DatagramSocket open(InetAddress loopback) throws SocketException {
        for (int left = PRIVILEGED_TRIES; left > 0; left--) {
            int source = ThreadLocalRandom.current().nextInt(LOWEST_PRIVILEGED, FIRST_UNPRIVILEGED);
            try {
                return new DatagramSocket(source, loopback);
            } catch (SocketException e) {
                // In use, or not for us: the next one, or in the end any.
            }
        }
        return new DatagramSocket(0, loopback);
    }
}
