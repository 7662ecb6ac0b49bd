// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.popbeforesmtp.redis.RedisSettings;
import org.popbeforesmtp.runtime.MutableClock;
import org.popbeforesmtp.runtime.SteadyClock;
import org.popbeforesmtp.store.GrantStore;
import org.popbeforesmtp.store.GrantStoreContract;

/** The contract with a real Redis, whose clock nobody can turn: time really passes. */
abstract class RedisContract implements GrantStoreContract {

    private final MutableClock wall = new MutableClock(Instant.now());
    private final Clock clock = SteadyClock.startingAt(wall, System::nanoTime);
    private final RedisGrantStore store;

    RedisContract(RedisSettings settings) {
        store = TestStores.open(settings, clock);
    }

    @AfterEach
    void tearDown() {
        store.close();
    }

    @Override
    public GrantStore store() {
        return store;
    }

    @Override
    public Instant now() {
        return clock.instant();
    }

    @Override
    public void pass(Duration time) {
        TestStores.pass(time);
    }

    @Override
    public void setWallClock(Duration by) {
        wall.turn(by);
    }

    /** The network, two clocks and a busy machine are between the test and an instant. */
    @Override
    public Duration tolerance() {
        return Duration.ofMillis(200);
    }
}
