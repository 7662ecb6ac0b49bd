// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.address.ClientAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One TCP connection. It takes one call at a time: the next is read when the answer to the last has left, so that a client
 * that does not read holds no memory but its own.
 */
final class StreamConnection implements SelectorLoop.Handler, Exchange {

    private static final Logger LOGGER = LoggerFactory.getLogger(StreamConnection.class);
    private static final int LAST_FRAGMENT = 0x8000_0000;

    private final SocketChannel channel;
    private final ClientAddress caller;
    private final SelectorLoop loop;
    private final RpcDispatcher dispatcher;
    private final ConnectionPool pool;
    private final RecordReader reader = new RecordReader();
    private @Nullable SelectionKey key;
    private ByteBuffer unsent = ByteBuffer.allocate(0);

    private StreamConnection(
            SocketChannel channel,
            ClientAddress caller,
            SelectorLoop loop,
            RpcDispatcher dispatcher,
            ConnectionPool pool) {
        this.channel = channel;
        this.caller = caller;
        this.loop = loop;
        this.dispatcher = dispatcher;
        this.pool = pool;
    }

    /** Serves a connection that was accepted; on the thread of the loop. */
    static void open(SocketChannel channel, SelectorLoop loop, RpcDispatcher dispatcher, ConnectionPool pool)
            throws IOException {
        InetSocketAddress remote = (InetSocketAddress) channel.getRemoteAddress();
        StreamConnection connection =
                new StreamConnection(channel, ClientAddress.of(remote.getAddress()), loop, dispatcher, pool);
        pool.add(connection);
        connection.key = loop.register(channel, SelectionKey.OP_READ, connection);
    }

    @Override
    public void ready(SelectionKey ready) {
        try {
            if (ready.isReadable()) {
                read(ready);
            } else if (ready.isWritable()) {
                write(ready);
            }
        } catch (IOException | GarbledMessageException e) {
            LOGGER.trace("connection from {} closed: {}", caller, e.getMessage());
            close();
        }
    }

    private void read(SelectionKey ready) throws IOException, GarbledMessageException {
        if (reader.read(channel)) {
            ready.interestOps(0);
            dispatcher.dispatch(reader.takeRecord(), this);
        }
    }

    @Override
    public ClientAddress caller() {
        return caller;
    }

    @Override
    public Transport transport() {
        return Transport.TCP;
    }

    @Override
    public void answer(RpcReply reply) {
        loop.execute(() -> send(reply));
    }

    private void send(RpcReply reply) {
        SelectionKey current = key;
        if (current == null || !current.isValid()) {
            return;
        }
        pool.active(this);
        unsent = ByteBuffer.allocate(Integer.BYTES + reply.length())
                .putInt(LAST_FRAGMENT | reply.length())
                .put(reply.toBuffer())
                .flip();
        try {
            write(current);
        } catch (IOException e) {
            LOGGER.trace("connection from {} closed: {}", caller, e.getMessage());
            close();
        }
    }

    private void write(SelectionKey current) throws IOException {
        channel.write(unsent);
        if (unsent.hasRemaining()) {
            current.interestOps(SelectionKey.OP_WRITE);
        } else {
            current.interestOps(SelectionKey.OP_READ);
        }
    }

    void close() {
        pool.remove(this);
        SelectorLoop.closeQuietly(channel);
    }
}
