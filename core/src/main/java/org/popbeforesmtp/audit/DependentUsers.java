// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.audit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.popbeforesmtp.store.StoreUnavailableException;
import org.popbeforesmtp.usage.UsageStore;
import org.popbeforesmtp.usage.UserDay;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How many users still depend on grants: who relayed on one within the last 30 days, as of the last time it was counted. */
public final class DependentUsers implements Runnable {

    private static final Logger LOGGER = LoggerFactory.getLogger("org.popbeforesmtp");
    private static final Duration RECENTLY = Duration.ofDays(30);
    private static final Duration PERIOD = Duration.ofMinutes(10);

    private final UsageStore usage;
    private final Clock clock;
    private volatile int count;
    private Instant nextAt = Instant.MIN;

    public DependentUsers(UsageStore usage, Clock clock) {
        this.usage = usage;
        this.clock = clock;
    }

    /**
     * Counts again if it is time. It reads all usage of those days; while the store is down the last figure stays. To
     * be called about once a minute, by one thread.
     */
    @Override
    public void run() {
        Instant now = clock.instant();
        if (now.isBefore(nextAt)) {
            return;
        }
        try {
            count = usage.report(UserDay.dayOf(now.minus(RECENTLY))).users().size();
            nextAt = now.plus(PERIOD);
        } catch (StoreUnavailableException e) {
            LOGGER.debug("The users who depend on grants cannot be counted now: {}", e.getMessage());
        }
    }

    public int count() {
        return count;
    }
}
