// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.quota;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Counts in the memory of this process; a restart begins a new hour. */
public final class MemoryQuotaStore implements QuotaStore {

    private static final long SWEEP_MILLIS = Duration.ofMinutes(10).toMillis();

    private final Clock clock;
    private final ConcurrentHashMap<String, HourlyCounter> users = new ConcurrentHashMap<>();
    private final AtomicLong nextSweep;

    public MemoryQuotaStore(Clock clock) {
        this.clock = clock;
        this.nextSweep = new AtomicLong(clock.millis() + SWEEP_MILLIS);
    }

    @Override
    public RecipientCount add(String user, long limit) {
        long now = clock.millis();
        sweep(now);
        RecipientCount[] result = new RecipientCount[1];
        users.compute(user, (name, counter) -> {
            HourlyCounter counted = counter == null ? new HourlyCounter(now) : counter;
            result[0] = counted.add(now, limit);
            return counted;
        });
        return result[0];
    }

    @Override
    public void takeBack(String user) {
        users.computeIfPresent(user, (name, counter) -> {
            counter.takeBack(clock.millis());
            return counter;
        });
    }

    int size() {
        return users.size();
    }

    /** Forgets the users who have named nobody for an hour. Few users relay on grants, so one caller does it now and then. */
    private void sweep(long now) {
        long due = nextSweep.get();
        if (now >= due && nextSweep.compareAndSet(due, now + SWEEP_MILLIS)) {
            users.keySet()
                    .forEach(user ->
                            users.computeIfPresent(user, (name, counter) -> counter.isEmptyAt(now) ? null : counter));
        }
    }
}
