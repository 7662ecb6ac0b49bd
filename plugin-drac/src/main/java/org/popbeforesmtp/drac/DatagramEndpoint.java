// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.runtime.LogLimit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers calls over UDP. An answer is never longer than the call, so that a forged source address earns an attacker
 * nothing; one that would be longer is not sent.
 */
final class DatagramEndpoint implements SelectorLoop.Handler {

    private static final Logger LOGGER = LoggerFactory.getLogger(DatagramEndpoint.class);
    private static final int RECEIVE_BUFFER = 1 << 20;
    private static final int DATAGRAMS_AT_A_TIME = 64;

    private final DatagramChannel channel;
    private final RpcDispatcher dispatcher;
    private final LogLimit troubles;
    private final ByteBuffer received = ByteBuffer.allocateDirect(RpcServer.LONGEST_MESSAGE + 1);

    private DatagramEndpoint(DatagramChannel channel, RpcDispatcher dispatcher, LogLimit troubles) {
        this.channel = channel;
        this.dispatcher = dispatcher;
        this.troubles = troubles;
    }

    /** Listens, and returns where. */
    static InetSocketAddress open(
            SelectorLoop loop, InetSocketAddress address, RpcDispatcher dispatcher, LogLimit troubles)
            throws IOException {
        DatagramChannel channel = DatagramChannel.open();
        try {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER);
            channel.bind(address);
            loop.register(channel, SelectionKey.OP_READ, new DatagramEndpoint(channel, dispatcher, troubles));
            return (InetSocketAddress) channel.getLocalAddress();
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public void ready(SelectionKey key) {
        try {
            int left = DATAGRAMS_AT_A_TIME;
            while (left-- > 0 && receive()) {
                // The stream connections get their turn after some datagrams.
            }
        } catch (IOException e) {
            trouble("receive a datagram", e);
        }
    }

    private boolean receive() throws IOException {
        received.clear();
        InetSocketAddress source = (InetSocketAddress) channel.receive(received);
        if (source == null) {
            return false;
        }
        received.flip();
        int length = received.remaining();
        if (length <= RpcServer.LONGEST_MESSAGE && source.getPort() != 0) {
            dispatch(new DatagramExchange(source, length));
        }
        return true;
    }

    private void dispatch(Exchange exchange) {
        try {
            dispatcher.dispatch(received, exchange);
        } catch (GarbledMessageException e) {
            LOGGER.trace("no call from {}: {}", exchange.caller(), e.getMessage());
        }
    }

    private void trouble(String what, IOException e) {
        if (troubles.permits()) {
            LOGGER.warn("Could not {}: {} ({} troubles more)", what, e.getMessage(), troubles.takeSuppressed());
        }
    }

    private final class DatagramExchange implements Exchange {

        private final InetSocketAddress source;
        private final int callLength;

        DatagramExchange(InetSocketAddress source, int callLength) {
            this.source = source;
            this.callLength = callLength;
        }

        @Override
        public ClientAddress caller() {
            return ClientAddress.of(source.getAddress());
        }

        @Override
        public Transport transport() {
            return Transport.UDP;
        }

        @Override
        public void answer(RpcReply reply) {
            if (reply.length() > callLength) {
                return;
            }
            try {
                // A channel whose buffer is full drops it; the caller will ask again.
                channel.send(reply.toBuffer(), source);
            } catch (IOException e) {
                trouble("answer a datagram", e);
            }
        }
    }
}
