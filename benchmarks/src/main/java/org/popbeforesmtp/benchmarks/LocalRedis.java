// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Optional;
import redis.clients.jedis.Jedis;
import redis.embedded.RedisServer;

/** A Redis of its own on a loopback port, which writes nothing to the disk. */
final class LocalRedis implements AutoCloseable {

    private final int port;
    private final RedisServer server;

    private LocalRedis(int port, RedisServer server) {
        this.port = port;
        this.server = server;
    }

    static LocalRedis start() {
        try {
            int port = freePort();
            RedisServer server = RedisServer.newRedisServer()
                    .port(port)
                    .bind("127.0.0.1")
                    .setting("save \"\"")
                    .setting("daemonize no")
                    .build();
            server.start();
            return new LocalRedis(port, server);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    String url() {
        return "redis://127.0.0.1:" + port;
    }

    /** A connection with no store around it. */
    Jedis connect() {
        return new Jedis("127.0.0.1", port);
    }

    /** What Redis has allocated, in bytes, as its INFO tells. */
    long usedMemory() {
        try (Jedis jedis = connect()) {
            Optional<String> line = jedis.info("memory")
                    .lines()
                    .filter(each -> each.startsWith("used_memory:"))
                    .findFirst();
            return Long.parseLong(line.orElseThrow().substring("used_memory:".length()));
        }
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
