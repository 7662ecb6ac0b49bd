// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.runtime.MutableClock;

class RedisClockTest {

    private static final Duration AHEAD = Duration.ofMinutes(5);

    private final MutableClock here = new MutableClock();
    private final RedisClock clock = new RedisClock(here);

    private long redisNow() {
        return here.millis() + AHEAD.toMillis();
    }

    private void observe(long redis) {
        clock.observe(redis, here.millis());
    }

    @Test
    void timesShouldBeTranslatedByTheDifferenceBetweenTheClocks() {
        observe(redisNow());

        assertThat(clock.toLocal(redisNow())).isEqualTo(here.millis());
        assertThat(clock.toRedis(here.millis())).isEqualTo(redisNow());
    }

    /** An answer may take its time on the way: what comes back is exact all the same. */
    @Property
    void aTimeOfRedisShouldComeBackExactly(
            @ForAll @IntRange(max = 250) int slow, @ForAll @IntRange(max = 250) int slowToo) {
        MutableClock local = new MutableClock();
        RedisClock shared = new RedisClock(local);
        long before = local.millis();
        long redis = before + 1000;
        local.turn(Duration.ofMillis(slow));
        shared.observe(redis, before);
        long seen = shared.toLocal(redis);
        long beforeToo = local.millis();
        local.turn(Duration.ofMillis(slowToo));
        shared.observe(beforeToo + 1000 + slowToo, beforeToo);

        assertThat(shared.toRedis(seen)).isEqualTo(redis);
    }

    @Test
    void aClockThatWasSetShouldBeNoticed() {
        observe(redisNow());
        long redis = redisNow();
        here.turn(Duration.ofMinutes(-2));

        observe(redis);

        assertThat(clock.toLocal(redis)).isEqualTo(here.millis());
    }

    @Test
    void inDoubtALoginShouldHaveBeenEarlierAtRedis() {
        observe(redisNow());
        long login = clock.toLocal(redisNow());
        long redis = redisNow();
        here.turn(Duration.ofMinutes(-2));
        observe(redis);

        assertThat(clock.toRedis(login)).isEqualTo(redis);
    }

    @Test
    void anInstantThatMayHaveBeenAtEitherOfTwoTimesShouldBeTheEarlierOne() {
        observe(redisNow());
        here.turn(Duration.ofMinutes(10));
        observe(redisNow());
        long redis = redisNow();
        here.turn(Duration.ofMinutes(-2));
        observe(redis);

        assertThat(clock.toRedis(here.millis())).isLessThan(redis);
    }

    /** A node whose clock was ahead once: its later logins must not look as if they were before a revocation. */
    @Test
    void aClockThatWasAheadShouldComeBack() {
        here.turn(Duration.ofMinutes(10));
        observe(redisNow() - Duration.ofMinutes(10).toMillis());
        here.turn(Duration.ofMinutes(-10));
        observe(redisNow());

        assertThat(clock.toRedis(here.millis())).isEqualTo(redisNow());
        here.turn(Duration.ofMinutes(11));
        observe(redisNow());
        assertThat(clock.toRedis(here.millis())).isEqualTo(redisNow());
    }

    @Test
    void aCommandShouldBeTooLateOnceNobodyWaitsForIt() {
        observe(redisNow());

        assertThat(clock.latest(Deadline.in(Duration.ofMillis(250)))).isBetween(redisNow() + 300, redisNow() + 350);
    }
}
