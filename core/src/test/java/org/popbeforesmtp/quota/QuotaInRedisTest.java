// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.popbeforesmtp.store.redis.RedisGrantStore;
import org.popbeforesmtp.store.redis.TwoNodes;

/** Two nodes, whose clocks differ by minutes, hold users to one limit. */
class QuotaInRedisTest {

    private static final String BOB = "bob@example.org";

    @RegisterExtension
    static final TwoNodes NODES = TwoNodes.whoseClocksDiffer();

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
                takeAll(NODES.node(), 400, 1_100),
                takeAll(NODES.other(), 400, 1_100),
                takeAll(NODES.node(), 400, 1_100),
                takeAll(NODES.other(), 400, 1_100)))) {
            taken += done.get()[0];
            alarms += done.get()[1];
        }
        threads.shutdown();

        assertThat(taken).isEqualTo(1_100);
        assertThat(alarms).isOne();
        RecipientCount count = new RecipientQuota(NODES.other().values()).count(BOB, 1_100);
        assertThat(count.total()).isEqualTo(1_100);
        assertThat(count.untilNext()).isBetween(Duration.ofMinutes(59), Duration.ofMinutes(61));
    }
}
