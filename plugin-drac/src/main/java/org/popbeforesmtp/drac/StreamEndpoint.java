// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Clock;
import java.util.function.Predicate;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.runtime.LogLimit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers calls over TCP. Hosts that may add addresses and all others have connections of their own, so that strangers
 * cannot take the places of those whom the service is for.
 */
final class StreamEndpoint implements SelectorLoop.Handler {

    static final int MOST_CONNECTIONS = 256;
    static final int MOST_STRANGERS = 32;

    private static final Logger LOGGER = LoggerFactory.getLogger(StreamEndpoint.class);
    private static final int BACKLOG = 128;
    private static final int ACCEPTED_AT_A_TIME = 64;

    private final ServerSocketChannel server;
    private final SelectorLoop loop;
    private final RpcDispatcher dispatcher;
    private final Predicate<ClientAddress> allow;
    private final ConnectionPool allowed;
    private final ConnectionPool strangers;
    private final LogLimit troubles;

    private StreamEndpoint(
            ServerSocketChannel server,
            SelectorLoop loop,
            RpcDispatcher dispatcher,
            Predicate<ClientAddress> allow,
            Clock clock,
            LogLimit troubles) {
        this.server = server;
        this.loop = loop;
        this.dispatcher = dispatcher;
        this.allow = allow;
        this.allowed = new ConnectionPool(MOST_CONNECTIONS, clock);
        this.strangers = new ConnectionPool(MOST_STRANGERS, clock);
        this.troubles = troubles;
    }

    /** Listens, and returns where. */
    static InetSocketAddress open(
            SelectorLoop loop,
            InetSocketAddress address,
            RpcDispatcher dispatcher,
            Predicate<ClientAddress> allow,
            Clock clock,
            LogLimit troubles)
            throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        try {
            server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            server.bind(address, BACKLOG);
            StreamEndpoint endpoint = new StreamEndpoint(server, loop, dispatcher, allow, clock, troubles);
            SelectionKey key = loop.register(server, SelectionKey.OP_ACCEPT, endpoint);
            loop.everySecond(() -> endpoint.eachSecond(key));
            return (InetSocketAddress) server.getLocalAddress();
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    @Override
    public void ready(SelectionKey key) {
        try {
            int left = ACCEPTED_AT_A_TIME;
            while (left-- > 0 && accept()) {
                // The other channels get their turn after some connections.
            }
        } catch (IOException e) {
            // As a rule there are no file descriptors left: the connection would be there at once again.
            key.interestOps(0);
            if (troubles.permits()) {
                LOGGER.warn(
                        "Could not accept a connection: {} ({} troubles more)",
                        e.getMessage(),
                        troubles.takeSuppressed());
            }
        }
    }

    private boolean accept() throws IOException {
        SocketChannel channel = server.accept();
        if (channel == null) {
            return false;
        }
        try {
            InetSocketAddress remote = (InetSocketAddress) channel.getRemoteAddress();
            boolean isAllowed = allow.test(ClientAddress.of(remote.getAddress()));
            StreamConnection.open(channel, loop, dispatcher, isAllowed ? allowed : strangers);
        } catch (IOException e) {
            SelectorLoop.closeQuietly(channel);
        }
        return true;
    }

    private void eachSecond(SelectionKey key) {
        allowed.closeIdle();
        strangers.closeIdle();
        if (key.isValid()) {
            key.interestOps(SelectionKey.OP_ACCEPT);
        }
    }
}
