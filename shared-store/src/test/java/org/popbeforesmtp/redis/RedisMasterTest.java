// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.runtime.LogLimit;
import org.popbeforesmtp.runtime.MutableClock;
import org.popbeforesmtp.store.CapturedLog;
import redis.clients.jedis.HostAndPort;

/** What an outage says in the log. */
class RedisMasterTest {

    private static final String WARNING = "Redis cannot be used, this node continues with its own grants only: ";
    private static final String REFUSED = "redis.example:6379: Connection refused";

    private final MutableClock clock = new MutableClock();
    private final RedisMaster master =
            new RedisMaster(new HostAndPort("redis.example", 6379), clock, Runnable::run, new LogLimit(clock, 1));

    @Test
    void anOutageShouldBeOneWarningAndItsEndOneLine() {
        try (CapturedLog log = new CapturedLog()) {
            for (int i = 0; i < 100; i++) {
                master.openCircuit(REFUSED);
                clock.turn(Duration.ofMillis(250));
            }
            master.closeCircuit();
            master.closeCircuit();

            assertThat(log.lines("WARN")).singleElement().asString().endsWith(WARNING + REFUSED);
            assertThat(log.lines("INFO"))
                    .singleElement()
                    .asString()
                    .endsWith("Redis at redis.example:6379 can be used again");
        }
    }

    @Test
    void anotherCauseShouldBeOneMoreWarningAndNoneInTheSameSecond() {
        try (CapturedLog log = new CapturedLog()) {
            master.openCircuit(REFUSED);
            master.openCircuit("redis.example:6379: LOADING");
            assertThat(log.lines("WARN")).hasSize(1);

            clock.turn(Duration.ofSeconds(1));
            master.openCircuit("redis.example:6379: LOADING");
            master.openCircuit("redis.example:6379: LOADING");

            assertThat(log.lines("WARN")).hasSize(2).last().asString().endsWith("LOADING");
        }
    }
}
