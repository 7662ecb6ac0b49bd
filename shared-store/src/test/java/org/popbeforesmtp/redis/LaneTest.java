// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/** What hangs here stands for whatever may hang: a name server, a handshake, a server that sends drops. */
class LaneTest {

    private static final Duration TIMEOUT = Duration.ofMillis(100);

    private final CountDownLatch end = new CountDownLatch(1);
    private final Lane lane = new Lane("lane-under-test", 2);

    @AfterEach
    void tearDown() {
        end.countDown();
        lane.close();
    }

    /** Cannot be interrupted, like a name look-up. */
    private boolean hang() {
        while (end.getCount() > 0) {
            Thread.onSpinWait();
        }
        return true;
    }

    private static Deadline soon() {
        return Deadline.in(TIMEOUT);
    }

    @Test
    void callShouldReturnWhatTheWorkReturns() {
        assertThat(lane.call(Deadline.in(Duration.ofSeconds(10)), () -> 42)).isEqualTo(42);
    }

    @Test
    void callShouldThrowWhatTheWorkThrows() {
        assertThatThrownBy(() -> lane.call(Deadline.in(Duration.ofSeconds(10)), () -> {
                    throw new JedisDataException("WRONGTYPE");
                }))
                .isInstanceOf(JedisDataException.class);
    }

    @Test
    void callShouldNotWaitLongerThanTheDeadlineWhateverTheWorkHangsIn() {
        long start = System.nanoTime();

        assertThatThrownBy(() -> lane.call(soon(), this::hang)).isInstanceOf(JedisConnectionException.class);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(TIMEOUT, TIMEOUT.plusMillis(500));
    }

    @Test
    void beingBusyShouldNotLookLikeAnAnswerThatDidNotCome() {
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> lane.call(soon(), this::hang)).isInstanceOf(JedisConnectionException.class);
        }

        assertThatThrownBy(() -> lane.call(soon(), () -> true))
                .isInstanceOf(RedisUnavailableException.class)
                .hasMessage("too many calls at once");

        end.countDown();
        assertThat(lane.call(Deadline.in(Duration.ofSeconds(10)), () -> true)).isTrue();
    }
}
