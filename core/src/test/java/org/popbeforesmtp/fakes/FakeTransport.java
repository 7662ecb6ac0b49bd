// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.fakes;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import javax.net.ssl.SSLSession;
import org.apache.james.protocols.api.AbstractProtocolTransport;
import org.apache.james.protocols.api.ProtocolSession;
import org.apache.james.protocols.api.handler.LineHandler;

/** One end of a connection that exists in memory only. */
final class FakeTransport extends AbstractProtocolTransport {

    private final InetSocketAddress client;
    private final Deque<LineHandler<? extends ProtocolSession>> lineHandlers = new ArrayDeque<>();
    private final StringBuilder written = new StringBuilder();
    private boolean tlsStarted;
    private boolean closed;

    FakeTransport(InetSocketAddress client, boolean tlsStarted) {
        this.client = client;
        this.tlsStarted = tlsStarted;
    }

    String takeWritten() {
        String text = written.toString();
        written.setLength(0);
        return text;
    }

    Optional<LineHandler<? extends ProtocolSession>> pushedLineHandler() {
        return Optional.ofNullable(lineHandlers.peekFirst());
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    protected void writeToClient(byte[] bytes, ProtocolSession session, boolean startTls) {
        written.append(new String(bytes, StandardCharsets.ISO_8859_1));
        tlsStarted |= startTls;
    }

    @Override
    protected void writeToClient(InputStream in, ProtocolSession session, boolean startTls) {
        try {
            writeToClient(in.readAllBytes(), session, startTls);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected void close() {
        closed = true;
    }

    @Override
    public InetSocketAddress getRemoteAddress() {
        return client;
    }

    @Override
    public InetSocketAddress getLocalAddress() {
        return new InetSocketAddress("198.51.100.25", 25);
    }

    @Override
    public String getId() {
        return "connection";
    }

    @Override
    public boolean isTLSStarted() {
        return tlsStarted;
    }

    @Override
    public boolean isStartTLSSupported() {
        return true;
    }

    @Override
    public Optional<SSLSession> getSSLSession() {
        return Optional.empty();
    }

    @Override
    public boolean isProxyRequired() {
        return false;
    }

    @Override
    public void popLineHandler() {
        lineHandlers.pollFirst();
    }

    @Override
    public void pushLineHandler(LineHandler<? extends ProtocolSession> handler, ProtocolSession session) {
        lineHandlers.addFirst(handler);
    }

    @Override
    public void setReadable(boolean readable) {
        // Nothing is ever written faster than it is read here.
    }

    @Override
    public boolean isReadable() {
        return true;
    }
}
