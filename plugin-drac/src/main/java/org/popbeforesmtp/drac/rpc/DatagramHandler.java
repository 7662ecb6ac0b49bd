// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac.rpc;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.runtime.LogLimit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers calls over UDP. An answer is never longer than the call, so that a forged source address earns an attacker
 * nothing; one that would be longer is not sent.
 */
final class DatagramHandler extends SimpleChannelInboundHandler<DatagramPacket> {

    private static final Logger LOGGER = LoggerFactory.getLogger(DatagramHandler.class);

    private final RpcProgram program;
    private final LogLimit troubles;

    DatagramHandler(RpcProgram program, LogLimit troubles) {
        this.program = program;
        this.troubles = troubles;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, DatagramPacket packet) throws GarbledMessageException {
        InetSocketAddress source = packet.sender();
        int length = packet.content().readableBytes();
        if (length <= RpcServer.LONGEST_MESSAGE && source.getPort() != 0) {
            program.receive(
                    packet.content().nioBuffer(),
                    ClientAddress.of(source.getAddress()),
                    Transport.UDP,
                    reply -> answer(context, reply, length, source));
        }
    }

    /** Drops the answer if the channel has no room; the caller will repeat the call. */
    private static void answer(ChannelHandlerContext context, ByteBuffer reply, int longest, InetSocketAddress caller) {
        if (reply.remaining() <= longest && context.channel().isWritable()) {
            context.writeAndFlush(new DatagramPacket(Unpooled.wrappedBuffer(reply), caller))
                    .addListener(ChannelFutureListener.FIRE_EXCEPTION_ON_FAILURE);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof GarbledMessageException) {
            LOGGER.trace("no call: {}", cause.getMessage());
        } else if (troubles.permits()) {
            LOGGER.warn("A datagram was lost: {} ({} more)", cause.toString(), troubles.takeSuppressed());
        }
    }
}
