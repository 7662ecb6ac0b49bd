// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.fakes;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import org.apache.james.protocols.api.ProtocolSession;
import org.apache.james.protocols.api.ProtocolTransport;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.api.handler.DisconnectHandler;
import org.apache.james.protocols.api.handler.LineHandler;
import org.apache.james.protocols.api.handler.ProtocolHandler;
import org.apache.james.protocols.api.handler.ProtocolHandlerChain;
import org.apache.james.protocols.api.handler.ProtocolHandlerChainImpl;
import org.apache.james.protocols.api.handler.ProtocolHandlerResultHandler;
import org.popbeforesmtp.address.ClientAddress;

/**
 * A connection to a server made of James's own handlers, without a socket. Lines take the way that James's network code
 * sends them: to a pushed line handler if there is one, else to the dispatcher and past the result handlers.
 */
public final class Conversation<S extends ProtocolSession> {

    private final ProtocolHandlerChain chain;
    private final FakeTransport transport;
    private final S session;

    private Conversation(ProtocolHandlerChain chain, FakeTransport transport, S session) {
        this.chain = chain;
        this.transport = transport;
        this.session = session;
    }

    /** Puts handlers together as James does. */
    public static ProtocolHandlerChain chain(ProtocolHandler... handlers) throws Exception {
        ProtocolHandlerChainImpl chain = new ProtocolHandlerChainImpl();
        chain.addAll(Arrays.asList(handlers));
        chain.wireExtensibleHandlers();
        return chain;
    }

    /** Connects from an address. */
    public static <S extends ProtocolSession> Conversation<S> open(
            ProtocolHandlerChain chain, ClientAddress client, Function<ProtocolTransport, S> sessions) {
        return open(chain, socketOf(client), false, sessions);
    }

    public static <S extends ProtocolSession> Conversation<S> open(
            ProtocolHandlerChain chain,
            InetSocketAddress client,
            boolean tls,
            Function<ProtocolTransport, S> sessions) {
        FakeTransport transport = new FakeTransport(client, tls);
        return new Conversation<>(chain, transport, sessions.apply(transport));
    }

    public S session() {
        return session;
    }

    public boolean isClosed() {
        return transport.isClosed();
    }

    /** Sends a line and returns what comes back, several lines joined by line feeds; empty if nothing does. */
    public String send(String line) {
        byte[] bytes = (line + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        Optional<LineHandler<? extends ProtocolSession>> pushed = transport.pushedLineHandler();
        Response response = pushed.isPresent() ? lineOf(pushed.get(), bytes) : dispatched(bytes);
        transport.writeResponse(response, session);
        return transport.takeWritten().replace("\r\n", "\n").stripTrailing();
    }

    /** Closes the connection without QUIT. */
    @SuppressWarnings({"unchecked", "rawtypes"})
    public void hangUp() {
        for (DisconnectHandler handler : chain.getHandlers(DisconnectHandler.class)) {
            handler.onDisconnect(session);
        }
        session.resetState();
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private Response dispatched(byte[] line) {
        LineHandler dispatcher = chain.getHandlers(LineHandler.class).get(0);
        Response response = dispatcher.onLine(session, line);
        for (ProtocolHandlerResultHandler handler : chain.getHandlers(ProtocolHandlerResultHandler.class)) {
            response = handler.onResponse(session, response, 0, dispatcher);
        }
        return response;
    }

    @SuppressWarnings("unchecked")
    private Response lineOf(LineHandler<? extends ProtocolSession> handler, byte[] line) {
        return ((LineHandler<S>) handler).onLine(session, line);
    }

    /** With a name of its own, so that nothing ever looks one up. */
    private static InetSocketAddress socketOf(ClientAddress client) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress("client.example.net", client.toBytes()), 4711);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}
