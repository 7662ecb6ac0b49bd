// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac.rpc;

import io.netty.bootstrap.AbstractBootstrap;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.runtime.LogLimit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers ONC RPC calls over UDP and TCP, on as many ports as are asked for, on one thread of James's own Netty. */
public final class RpcServer implements AutoCloseable {

    /** No call that is answered here is longer, even with the longest credentials that RFC 5531 section 8.2 allows. */
    public static final int LONGEST_MESSAGE = 1_024;

    private static final Logger LOGGER = LoggerFactory.getLogger(RpcServer.class);
    private static final int RECEIVE_BUFFER = 1 << 20;
    private static final int DATAGRAMS_AT_A_TIME = 64;
    private static final long CLOSING_SECONDS = 5;
    private static final int TRIES = 8;

    private final EventLoopGroup loop = new NioEventLoopGroup(1, new DefaultThreadFactory("drac-sockets", true));
    private final List<Channel> channels = new CopyOnWriteArrayList<>();
    private final Predicate<ClientAddress> allow;
    private final long idleMillis;
    private final LogLimit troubles;

    /**
     * A server that listens nowhere yet.
     *
     * @param allow the hosts whose connections other hosts must not crowd out
     * @param idleMillis how long a connection may go without a call; bytes that are not a call do not keep it open
     */
    public RpcServer(Predicate<ClientAddress> allow, long idleMillis, LogLimit troubles) {
        this.allow = allow;
        this.idleMillis = idleMillis;
        this.troubles = troubles;
    }

    /**
     * Listens on UDP and TCP of one port, and returns where; port 0 takes one that is free for both.
     *
     * @throws BindException if the port cannot be bound, with a message that names it
     */
    public InetSocketAddress listen(InetSocketAddress address, RpcProgram program) throws BindException {
        for (int left = address.getPort() == 0 ? TRIES : 1; ; left--) {
            Channel tcp = bind(tcp(program), address);
            InetSocketAddress bound = (InetSocketAddress) tcp.localAddress();
            try {
                watch(bind(udp(program), new InetSocketAddress(address.getAddress(), bound.getPort())));
                watch(tcp);
                return bound;
            } catch (BindException e) {
                tcp.close().awaitUninterruptibly();
                if (left == 1) {
                    throw e;
                }
            }
        }
    }

    private ServerBootstrap tcp(RpcProgram program) {
        StreamHandler streams = new StreamHandler(program, allow);
        return new ServerBootstrap()
                .channel(NioServerSocketChannel.class)
                .group(loop)
                .childOption(ChannelOption.AUTO_READ, false)
                .childOption(ChannelOption.RCVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(LONGEST_MESSAGE))
                .childHandler(new ChannelInitializer<SocketChannel>() {
                    @Override
                    protected void initChannel(SocketChannel connection) {
                        connection
                                .pipeline()
                                .addLast(new RecordDecoder())
                                .addLast(new ReadTimeoutHandler(idleMillis, TimeUnit.MILLISECONDS))
                                .addLast(new FlowControlHandler())
                                .addLast(streams);
                    }
                });
    }

    private Bootstrap udp(RpcProgram program) {
        return new Bootstrap()
                .channel(NioDatagramChannel.class)
                .group(loop)
                .option(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER)
                .option(
                        ChannelOption.RCVBUF_ALLOCATOR,
                        new FixedRecvByteBufAllocator(LONGEST_MESSAGE + 1).maxMessagesPerRead(DATAGRAMS_AT_A_TIME))
                .handler(new DatagramHandler(program, troubles));
    }

    private static Channel bind(AbstractBootstrap<?, ?> bootstrap, InetSocketAddress address) throws BindException {
        ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
        if (bound.isSuccess()) {
            return bound.channel();
        }
        String why = bound.cause() instanceof UnsupportedAddressTypeException
                ? "Java was told to do without IPv6"
                : bound.cause().getMessage();
        BindException named = new BindException("cannot listen on "
                + address.getAddress().getHostAddress() + " port " + address.getPort() + ": " + why);
        named.initCause(bound.cause());
        throw named;
    }

    /** Only this class closes these channels, or an error as bad as a lack of memory. */
    private void watch(Channel channel) {
        channels.add(channel);
        channel.closeFuture().addListener(end -> {
            if (!loop.isShuttingDown()) {
                LOGGER.error("Calls to {} are no longer answered: James must be restarted", channel);
            }
        });
    }

    /** Whether every port that was asked for is still served. */
    public boolean isListening() {
        return !loop.isShuttingDown() && channels.stream().allMatch(Channel::isOpen);
    }

    /** Closes every socket. */
    @Override
    public void close() {
        loop.shutdownGracefully(0, CLOSING_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
