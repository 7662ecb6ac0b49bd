// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A way to a server that can be cut, and on which answers can be slow or come in drops. */
final class BadNetwork implements AutoCloseable {

    private final ServerSocket entrance;
    private final int exit;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;
    private volatile boolean dropByDrop;
    private volatile Duration delay = Duration.ZERO;

    private BadNetwork(ServerSocket entrance, int exit) {
        this.entrance = entrance;
        this.exit = exit;
    }

    static BadNetwork to(RedisProcess redis) {
        try {
            BadNetwork network =
                    new BadNetwork(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), redis.port());
            start(network::acceptAll);
            return network;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String url() {
        return "redis://127.0.0.1:" + entrance.getLocalPort();
    }

    /** Ends all connections, and each new one as soon as it is there. */
    void cut() {
        cut = true;
        open.forEach(BadNetwork::close);
    }

    void repair() {
        cut = false;
    }

    /** How long each piece of an answer takes. */
    void delay(Duration each) {
        delay = each;
    }

    /** Each octet of an answer takes as long as {@link #delay} says. */
    void dropByDrop() {
        dropByDrop = true;
    }

    private void acceptAll() {
        while (!entrance.isClosed()) {
            try {
                accept(entrance.accept());
            } catch (IOException e) {
                cut |= entrance.isClosed();
            }
        }
    }

    private void accept(Socket client) throws IOException {
        if (cut) {
            client.close();
            return;
        }
        open.add(client);
        try {
            Socket server = new Socket(InetAddress.getLoopbackAddress(), exit);
            open.add(server);
            start(() -> pass(client, server, false));
            start(() -> pass(server, client, true));
        } catch (IOException e) {
            client.close();
        }
    }

    private void pass(Socket from, Socket to, boolean slow) {
        byte[] buffer = new byte[8192];
        try (from;
                to;
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                int piece = slow && dropByDrop ? 1 : length;
                for (int begin = 0; begin < length; begin += piece) {
                    if (slow) {
                        Thread.sleep(delay.toMillis());
                    }
                    out.write(buffer, begin, piece);
                }
            }
        } catch (IOException | InterruptedException e) {
            open.remove(from);
        }
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "bad-network");
        thread.setDaemon(true);
        thread.start();
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            entrance.close();
            cut();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
