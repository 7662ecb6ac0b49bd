// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Registers programs with the rpcbind of this host. Where this process may use a privileged port it does, for an rpcbind
 * that believes no other and so that nobody without such a port can remove the registration again. Calls wait at most
 * two seconds.
 */
final class RpcbindClient {

    private static final int SET = 1;
    private static final int UNSET = 2;
    private static final int PORTMAP_VERSION = 2;
    private static final int RPCBIND_VERSION = 4;

    private static final int LOWEST_PRIVILEGED = 600;
    private static final int FIRST_UNPRIVILEGED = 1_024;
    private static final int PRIVILEGED_TRIES = 16;
    private static final int TRIES = 4;
    private static final int TIMEOUT_MILLIS = 500;

    /** Always of IPv4: rpcbind takes version 2 over nothing else. */
    private static final InetAddress LOOPBACK = loopback();

    private final InetSocketAddress rpcbind;

    /** A client of the rpcbind that listens on a port of this host. */
    RpcbindClient(int port) {
        this.rpcbind = new InetSocketAddress(LOOPBACK, port);
    }

    private static InetAddress loopback() {
        try {
            return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Registers a mapping; the same again does no harm.
     *
     * @return whether it is registered; if not, another one is in its place or rpcbind refuses ours
     * @throws IOException if rpcbind does not answer
     */
    boolean set(PortMapping mapping) throws IOException {
        return call(mapping, SET);
    }

    /**
     * Removes the registration of a program and version if this account may remove it, whoever made it; of IPv4 that of
     * both transports together.
     *
     * @throws IOException if rpcbind does not answer
     */
    void unset(PortMapping mapping) throws IOException {
        // rpcbind says yes to this whether there was a registration or not.
        call(mapping, UNSET);
    }

    private boolean call(PortMapping mapping, int procedure) throws IOException {
        int xid = ThreadLocalRandom.current().nextInt();
        int version = mapping.isIpv6() ? RPCBIND_VERSION : PORTMAP_VERSION;
        XdrWriter message = new XdrWriter()
                .writeInts(xid, 0, RpcCall.RPC_VERSION, PortMapperProgram.NUMBER, version, procedure, 0, 0, 0, 0)
                .writeInts(mapping.program(), mapping.version());
        if (mapping.isIpv6()) {
            message.writeString(mapping.networkId())
                    .writeString(mapping.universalAddress())
                    .writeString("");
        } else {
            message.writeInts(mapping.transport().protocolNumber(), mapping.port());
        }
        return isTrue(exchange(message.toBytes(), xid));
    }

    private static boolean isTrue(ByteBuffer reply) {
        try {
            XdrReader reader = new XdrReader(reply);
            reader.readInt();
            boolean accepted = reader.readInt() == 1 && reader.readInt() == 0;
            reader.readInt();
            reader.skipOpaque(RpcServer.LONGEST_MESSAGE);
            return accepted && reader.readInt() == 0 && reader.readInt() != 0;
        } catch (GarbledMessageException e) {
            return false;
        }
    }

    private ByteBuffer exchange(byte[] call, int xid) throws IOException {
        try (DatagramSocket socket = open()) {
            socket.connect(rpcbind);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            for (int left = TRIES; left > 0; left--) {
                socket.send(new DatagramPacket(call, call.length));
                DatagramPacket reply =
                        new DatagramPacket(new byte[RpcServer.LONGEST_MESSAGE], RpcServer.LONGEST_MESSAGE);
                try {
                    socket.receive(reply);
                    ByteBuffer buffer = ByteBuffer.wrap(reply.getData(), 0, reply.getLength());
                    if (buffer.remaining() >= Integer.BYTES && buffer.getInt(0) == xid) {
                        return buffer;
                    }
                } catch (SocketTimeoutException e) {
                    // It is UDP: ask again.
                }
            }
        }
        throw new SocketTimeoutException("no answer");
    }

    private static DatagramSocket open() throws SocketException {
        for (int left = PRIVILEGED_TRIES; left > 0; left--) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST_PRIVILEGED, FIRST_UNPRIVILEGED);
            try {
                return new DatagramSocket(port, LOOPBACK);
            } catch (SocketException e) {
                // In use, or not for us: the next one, or in the end any.
            }
        }
        return new DatagramSocket(0, LOOPBACK);
    }
}
