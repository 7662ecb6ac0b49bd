// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/** A connection that sends and reads lines, and hides nothing. It comes from an address of its own. */
public final class LineClient implements Closeable {

    private static final int TIMEOUT_MILLIS = 20_000;

    private Socket socket;
    private BufferedReader reader;

    private LineClient(Socket socket) {
        this.socket = socket;
        this.reader = readerOf(socket);
    }

    /** Connects from an address of this host, to the address of the same family that James listens on. */
    public static LineClient connect(String from, int port) {
        try {
            InetAddress local = InetAddress.getByName(from);
            Socket socket = new Socket();
            socket.setTcpNoDelay(true);
            socket.bind(new InetSocketAddress(local, 0));
            String server = local.getAddress().length == 4 ? "127.0.0.1" : "::1";
            socket.connect(new InetSocketAddress(InetAddress.getByName(server), port), TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            return new LineClient(socket);
        } catch (IOException e) {
            throw new UncheckedIOException("from " + from + " to port " + port, e);
        }
    }

    public LineClient send(String line) {
        return sendRaw(line + "\r\n");
    }

    /** Sends characters as they are, in one packet if they fit. */
    public LineClient sendRaw(String characters) {
        try {
            socket.getOutputStream().write(characters.getBytes(ISO_8859_1));
            socket.getOutputStream().flush();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next line without its end. An {@link UncheckedIOException} tells that the server has closed the connection. */
    public String readLine() {
        try {
            String line = reader.readLine();
            if (line == null) {
                throw new EOFException("the server has closed the connection");
            }
            return line;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads until the server closes the connection; an {@link UncheckedIOException} tells that it has not yet. */
    public void awaitClose() {
        try {
            String line = reader.readLine();
            while (line != null) {
                line = reader.readLine();
            }
        } catch (SocketException e) {
            // Closed with a reset.
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Goes on encrypted, whoever the server says it is. */
    public void startTls() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new TrustingEverybody()}, null);
            SSLSocket encrypted =
                    (SSLSocket) context.getSocketFactory().createSocket(socket, "localhost", socket.getPort(), true);
            encrypted.startHandshake();
            socket = encrypted;
            reader = readerOf(encrypted);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static BufferedReader readerOf(Socket socket) {
        try {
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Closes the connection without QUIT. */
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Enough for a server whose key was made for one test. */
    private static final class TrustingEverybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
