// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.popbeforesmtp.redis.RedisSettings;

/** The contract, on the Redis release that a jar brings along and on that of the system. */
class RedisGrantStoreTest {

    @Nested
    class OnRedis62 extends RedisContract {

        private static final RedisProcess REDIS = RedisProcess.start(RedisBinary.embedded());

        OnRedis62() {
            super(emptied(REDIS));
        }

        @AfterAll
        static void stop() {
            REDIS.close();
        }
    }

    @Nested
    @Tag("real-peers")
    class OnTheRedisOfTheSystem extends RedisContract {

        private static final RedisProcess REDIS = RedisProcess.start(RedisBinary.ofTheSystem());

        OnTheRedisOfTheSystem() {
            super(emptied(REDIS));
        }

        @AfterAll
        static void stop() {
            REDIS.close();
        }
    }

    private static RedisSettings emptied(RedisProcess redis) {
        redis.execute("FLUSHALL");
        return redis.settings().build();
    }
}
