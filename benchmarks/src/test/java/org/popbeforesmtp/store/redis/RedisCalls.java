// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.redis.Heartbeat;
import org.popbeforesmtp.redis.RedisServers;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.GrantStore;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;
import redis.clients.jedis.Jedis;

/** The look-up at MAIL FROM and the login, with their percentiles, beside a plain GET through the same client and bulkhead. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class RedisCalls {

    private static final Lifetime LIFETIME = Lifetime.of(Duration.ofMinutes(15));

    @Param({"100000"})
    public int grants;

    private RedisMasters redis = RedisMasters.standalone();
    private GrantStore store = redis.open();
    private RedisServers servers = new RedisServers(redis.settings(), Clock.systemUTC(), List.of("get:"));

    @Setup
    public void fill() {
        new Heartbeat(servers, redis.settings(), call -> call.client().get(call.shard())).beat();
        servers.requireAll();
        try (Jedis jedis = new Jedis("127.0.0.1", redis.port())) {
            for (int number = 0; number < grants; number++) {
                store.record(login(number), LIFETIME);
                jedis.set("get:" + number, "user1234567@example.com pop3 true");
            }
        }
    }

    @TearDown
    public void close() {
        store.close();
        servers.close();
        redis.close();
    }

    @Benchmark
    public List<Grant> find() {
        return store.find(login(any()).address());
    }

    @Benchmark
    public Grant record() {
        return store.record(login(any()), LIFETIME);
    }

    @Benchmark
    public String plainGet() {
        String key = "get:" + any();
        return servers.call(key, call -> call.client().get(key));
    }

    private int any() {
        return ThreadLocalRandom.current().nextInt(grants);
    }

    static Login login(int number) {
        byte[] address = {10, (byte) (number >> 16), (byte) (number >> 8), (byte) number};
        return Login.of(ClientAddress.ofBytes(address), "user" + number + "@example.com", Protocol.POP3, true);
    }
}
