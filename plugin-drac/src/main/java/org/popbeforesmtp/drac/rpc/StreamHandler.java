// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac.rpc;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Predicate;
import org.popbeforesmtp.address.ClientAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the calls of all TCP connections. Each has one call at a time: the next is read when the answer to the last
 * has left, so that a client that does not read holds no memory but its own. Hosts that may add addresses and all
 * others have separate limits, so that strangers cannot use up the connections of the former.
 */
@Sharable
@SuppressWarnings("FutureReturnValueIgnored") // A connection that cannot be closed is closed.
final class StreamHandler extends ChannelInboundHandlerAdapter {

    static final int MOST_CONNECTIONS = 256;
    static final int MOST_STRANGERS = 32;

    private static final Logger LOGGER = LoggerFactory.getLogger(StreamHandler.class);

    private final RpcProgram program;
    private final Predicate<ClientAddress> allow;
    private final Set<Channel> allowed = new LinkedHashSet<>();
    private final Set<Channel> strangers = new LinkedHashSet<>();

    StreamHandler(RpcProgram program, Predicate<ClientAddress> allow) {
        this.program = program;
        this.allow = allow;
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        noteActivity(context);
        context.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws GarbledMessageException {
        noteActivity(context);
        program.receive((ByteBuffer) message, caller(context), Transport.TCP, reply -> answer(context, reply));
    }

    private static void answer(ChannelHandlerContext context, ByteBuffer reply) {
        ByteBuffer mark = ByteBuffer.allocate(Integer.BYTES).putInt(0, RecordDecoder.LAST_FRAGMENT | reply.remaining());
        context.writeAndFlush(Unpooled.wrappedBuffer(mark, reply))
                .addListener(ChannelFutureListener.CLOSE_ON_FAILURE)
                .addListener(written -> context.read());
    }

    /** If there is no room for a new connection, the one that has been without a call the longest is closed. */
    private void noteActivity(ChannelHandlerContext context) {
        boolean isAllowed = allow.test(caller(context));
        Set<Channel> longestIdleFirst = isAllowed ? allowed : strangers;
        longestIdleFirst.remove(context.channel());
        if (longestIdleFirst.size() >= (isAllowed ? MOST_CONNECTIONS : MOST_STRANGERS)) {
            Channel longestIdle = longestIdleFirst.iterator().next();
            longestIdleFirst.remove(longestIdle);
            longestIdle.close();
        }
        longestIdleFirst.add(context.channel());
    }

    private static ClientAddress caller(ChannelHandlerContext context) {
        return ClientAddress.of(((InetSocketAddress) context.channel().remoteAddress()).getAddress());
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        allowed.remove(context.channel());
        strangers.remove(context.channel());
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOGGER.trace("connection from {} closed", context.channel().remoteAddress(), cause);
        context.close();
    }
}
