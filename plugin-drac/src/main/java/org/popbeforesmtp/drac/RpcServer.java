// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.channels.UnsupportedAddressTypeException;
import java.time.Clock;
import java.util.List;
import java.util.function.Predicate;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.runtime.LogLimit;

/** Answers ONC RPC calls over UDP and TCP, on as many ports as are asked for, on one thread. */
final class RpcServer implements AutoCloseable {

    /** No call that is answered here is longer, even with the longest credentials that RFC 5531 section 8.2 allows. */
    static final int LONGEST_MESSAGE = 1_024;

    private final SelectorLoop loop;
    private final Predicate<ClientAddress> allow;
    private final Clock clock;
    private final LogLimit troubles;

    private RpcServer(SelectorLoop loop, Predicate<ClientAddress> allow, Clock clock, LogLimit troubles) {
        this.loop = loop;
        this.allow = allow;
        this.clock = clock;
        this.troubles = troubles;
    }

    /**
     * A server that listens nowhere yet.
     *
     * @param allow the hosts whose connections strangers must not crowd out
     */
    static RpcServer create(Predicate<ClientAddress> allow, Clock clock, LogLimit troubles) throws IOException {
        return new RpcServer(SelectorLoop.open(clock, troubles), allow, clock, troubles);
    }

    /** Listens on UDP and TCP before {@link #start()}; port 0 takes a free port for each. */
    ListeningAddresses listen(InetSocketAddress address, List<RpcProgram> programs) throws IOException {
        RpcDispatcher dispatcher = new RpcDispatcher(programs, troubles);
        try {
            InetSocketAddress tcp = StreamEndpoint.open(loop, address, dispatcher, allow, clock, troubles);
            InetSocketAddress udp = DatagramEndpoint.open(loop, address, dispatcher, troubles);
            return new ListeningAddresses(udp, tcp);
        } catch (UnsupportedAddressTypeException e) {
            throw cannotListen(address, "Java was told to do without IPv6", e);
        } catch (SocketException e) {
            throw cannotListen(address, String.valueOf(e.getMessage()), e);
        }
    }

    private static BindException cannotListen(InetSocketAddress address, String why, Exception cause) {
        BindException named = new BindException("cannot listen on "
                + address.getAddress().getHostAddress() + " port " + address.getPort() + ": " + why);
        named.initCause(cause);
        return named;
    }

    void start() {
        loop.start();
    }

    @Override
    public void close() {
        loop.close();
    }
}
