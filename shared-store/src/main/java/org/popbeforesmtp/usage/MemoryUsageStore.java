// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.usage;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Keeps usage in the memory of this process, and forgets it with the process. */
public final class MemoryUsageStore implements UsageStore {

    private final Clock clock;
    private final Duration retention;
    private final int room;
    private final TreeMap<UserDay, Usage> usage = new TreeMap<>();
    private final LinkedHashMap<String, Instant> authentications = new LinkedHashMap<>();
    private final Map<String, Long> lastBatches = new HashMap<>();
    private long evictions;

    /**
     * An empty store.
     *
     * @param room how many users' days it keeps at most, and of how many users the last SMTP AUTH
     */
    public MemoryUsageStore(Clock clock, Duration retention, int room) {
        this.clock = clock;
        this.retention = retention;
        this.room = room;
    }

    @Override
    public synchronized void add(UsageBatch batch) {
        Long before = lastBatches.put(batch.node(), batch.number());
        if (before != null && before >= batch.number()) {
            return;
        }
        batch.usage().forEach((userDay, counted) -> usage.merge(userDay, counted, Usage::plus));
        batch.authentications().forEach(this::authenticated);
        removeOld();
        while (usage.size() > room) {
            usage.pollFirstEntry();
            evictions++;
        }
    }

    /** The one who has not authenticated for the longest time comes first. */
    private void authenticated(String user, Instant at) {
        Instant before = authentications.remove(user);
        authentications.put(user, before != null && before.isAfter(at) ? before : at);
        if (authentications.size() > room) {
            authentications.remove(authentications.keySet().iterator().next());
            evictions++;
        }
    }

    private void removeOld() {
        usage.headMap(UserDay.of(firstDay(), "")).clear();
        authentications.values().removeIf(at -> UserDay.dayOf(at).isBefore(firstDay()));
    }

    private LocalDate firstDay() {
        return UserDay.dayOf(clock.instant().minus(retention));
    }

    @Override
    public synchronized UsageReport report(LocalDate from) {
        removeOld();
        LocalDate today = UserDay.dayOf(clock.instant());
        LocalDate first = from.isBefore(firstDay()) ? firstDay() : from;
        Map<UserDay, Usage> wanted = usage.subMap(UserDay.of(first, ""), UserDay.of(today.plusDays(1), ""));
        return UsageReport.of(first, today, wanted, this::lastAuth);
    }

    @Override
    public synchronized Optional<Instant> lastAuth(String user) {
        removeOld();
        return Optional.ofNullable(authentications.get(user));
    }

    @Override
    public synchronized boolean forget(String user) {
        boolean any = usage.keySet().removeIf(userDay -> userDay.user().equals(user));
        return authentications.remove(user) != null || any;
    }

    @Override
    public synchronized long evictions() {
        return evictions;
    }
}
