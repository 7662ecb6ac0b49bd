// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.time.Clock;
import java.time.Duration;
import org.popbeforesmtp.redis.RedisSettings;
import org.popbeforesmtp.store.StoreLimits;

/** Stores that count their grants more often than one in production. */
final class TestStores {

    static final StoreLimits LIMITS = StoreLimits.of(1_000_000, () -> 1000);
    private static final Duration COUNT_PERIOD = Duration.ofMillis(250);

    private TestStores() {}

    static RedisGrantStore open(RedisSettings settings, Clock clock) {
        return open(settings, LIMITS, clock);
    }

    static RedisGrantStore open(RedisSettings settings, StoreLimits limits, Clock clock) {
        return RedisGrantStore.open(settings, limits, clock, COUNT_PERIOD);
    }

    /** Nobody can turn the clock of a real Redis: time really passes. */
    static void pass(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
