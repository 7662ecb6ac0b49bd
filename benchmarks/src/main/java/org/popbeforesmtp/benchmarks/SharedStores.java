// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.benchmarks;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Login;
import redis.clients.jedis.Jedis;

/** How long a call of each of the product's stores takes, and a plain GET at the same Redis. */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SharedStores {

    /** A Redis with something to get under each address. */
    @State(Scope.Benchmark)
    public static class Server {
        @Param({"100000"})
        public int grants;

        LocalRedis redis = LocalRedis.start();
        Login[] logins = {};
        String[] keys = {};

        @Setup(Level.Trial)
        public void fill() {
            logins = Arrays.stream(Visitors.pick(0, grants))
                    .mapToObj(Visitors::login)
                    .toArray(Login[]::new);
            keys = Arrays.stream(logins).map(login -> "get:" + login.address()).toArray(String[]::new);
        }

        @TearDown(Level.Trial)
        public void stop() {
            redis.close();
        }
    }

    /** One of the stores, with a grant for each login. */
    @State(Scope.Benchmark)
    public static class Filled {
        @Param({"memory", "file", "redis"})
        public String store = "memory";

        OpenStore open = OpenStore.memory();

        @Setup(Level.Trial)
        public void fill(Server server) {
            open = opened(server.redis);
            open.fill(server.grants);
        }

        private OpenStore opened(LocalRedis redis) {
            switch (store) {
                case "file":
                    return OpenStore.file();
                case "redis":
                    return OpenStore.redis(redis);
                default:
                    return open;
            }
        }

        @TearDown(Level.Trial)
        public void close() throws IOException {
            open.close();
        }
    }

    /** A connection of its own for each thread. */
    @State(Scope.Thread)
    public static class Connected {
        private @Nullable Jedis jedis;

        @Setup(Level.Trial)
        public void connect(Server server) {
            jedis = server.redis.connect();
            for (String key : server.keys) {
                jedis.set(key, "user1234567@example.com pop3 true");
            }
        }

        @Nullable
        String get(String key) {
            return jedis == null ? null : jedis.get(key);
        }

        @TearDown(Level.Trial)
        public void close() {
            if (jedis != null) {
                jedis.close();
            }
        }
    }

    @Benchmark
    public List<Grant> find(Server server, Filled filled) {
        return filled.open.store().find(any(server.logins).address());
    }

    @Benchmark
    public Grant record(Server server, Filled filled) {
        return filled.open.store().record(any(server.logins), Contestant.LIFETIME);
    }

    /** The least that asking a Redis costs. */
    @Benchmark
    public @Nullable String plainGet(Server server, Connected connected) {
        return connected.get(any(server.keys));
    }

    private static <T> T any(T[] all) {
        return all[ThreadLocalRandom.current().nextInt(all.length)];
    }
}
