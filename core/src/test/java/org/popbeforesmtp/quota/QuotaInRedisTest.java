// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.redis.RedisSettings;
import org.popbeforesmtp.store.StoreLimits;
import org.popbeforesmtp.store.redis.RedisGrantStore;
import redis.embedded.RedisServer;

/** Two nodes, whose clocks differ by minutes, hold users to one limit. */
class QuotaInRedisTest {

    private static final String BOB = "bob@example.org";

    private static RedisServer redis;

    private RedisGrantStore node;
    private RedisGrantStore otherNode;

    @BeforeAll
    static void start() throws Exception {
        redis = RedisServer.newRedisServer()
                .setting("bind 127.0.0.1")
                .setting("save \"\"")
                .build();
        redis.start();
    }

    @AfterAll
    static void stop() throws Exception {
        redis.stop();
    }

    @BeforeEach
    void setUp() {
        node = open(Clock.systemUTC());
        otherNode = open(Clock.offset(Clock.systemUTC(), Duration.ofMinutes(5)));
    }

    private static RedisGrantStore open(Clock clock) {
        RedisSettings settings = RedisSettings.at(
                        "redis://127.0.0.1:" + redis.ports().get(0))
                .timeout(Duration.ofSeconds(2))
                .build();
        return RedisGrantStore.open(settings, StoreLimits.of(10, () -> 10), clock);
    }

    @AfterEach
    void tearDown() {
        node.close();
        otherNode.close();
    }

    private static Callable<int[]> takeAll(RedisGrantStore store, int tries, int limit) {
        return () -> {
            RecipientQuota quota = new RecipientQuota(store.values());
            int[] takenAndAlarms = new int[2];
            for (int i = 0; i < tries; i++) {
                RecipientCount count = quota.take(BOB, limit);
                takenAndAlarms[0] += count.untilNext().isZero() ? 1 : 0;
                takenAndAlarms[1] += count.isAlarming() ? 1 : 0;
            }
            return takenAndAlarms;
        };
    }

    @Test
    void nodesThatCountAtTheSameTimeShouldLetExactlyTheLimitThroughAndAlarmOnce() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        int taken = 0;
        int alarms = 0;
        for (Future<int[]> done : threads.invokeAll(List.of(
                takeAll(node, 400, 1_100),
                takeAll(otherNode, 400, 1_100),
                takeAll(node, 400, 1_100),
                takeAll(otherNode, 400, 1_100)))) {
            taken += done.get()[0];
            alarms += done.get()[1];
        }
        threads.shutdown();

        assertThat(taken).isEqualTo(1_100);
        assertThat(alarms).isOne();
        RecipientCount count = new RecipientQuota(otherNode.values()).count(BOB, 1_100);
        assertThat(count.total()).isEqualTo(1_100);
        assertThat(count.untilNext()).isBetween(Duration.ofMinutes(59), Duration.ofMinutes(61));
    }
}
