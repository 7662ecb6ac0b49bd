// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import java.io.IOException;
import redis.embedded.RedisServer;

/** The Redis of a test: on the loopback address alone, and without a file. */
public final class TestRedis {

    private TestRedis() {}

    /** A server that is not yet started. */
    public static RedisServer at(int port) throws IOException {
        return RedisServer.newRedisServer()
                .port(port)
                .setting("bind 127.0.0.1")
                .setting("save \"\"")
                .build();
    }
}
