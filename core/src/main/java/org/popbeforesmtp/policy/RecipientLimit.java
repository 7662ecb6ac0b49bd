// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.policy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.popbeforesmtp.quota.RecipientCount;
import org.popbeforesmtp.quota.RecipientQuota;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.StoreUnavailableException;
import org.popbeforesmtp.usage.HolderName;

/**
 * Enforces {@code limit.recipientsPerHour}, and counts recipients elsewhere even without a limit: then nobody waits,
 * and {@link #flush} writes the counts to the store. A grant that names no user counts for its address.
 */
public final class RecipientLimit {

    /** How many holders wait for the store at most; beyond that the oldest are forgotten. */
    private static final int ROOM = 100_000;

    private final Supplier<PolicySettings> settings;
    private final RecipientQuota quota;
    private final GrantEvents events;
    private Map<String, Long> unwritten = new LinkedHashMap<>();

    public RecipientLimit(PolicySettings settings, RecipientQuota quota, GrantEvents events) {
        this(() -> settings, quota, events);
    }

    /** Under settings that may change. */
    public RecipientLimit(Supplier<PolicySettings> settings, RecipientQuota quota, GrantEvents events) {
        this.settings = settings;
        this.quota = quota;
        this.events = events;
    }

    /**
     * Counts a recipient elsewhere that is named on a grant, unless the limit is reached.
     *
     * @return how long until the next one may be named, if this one may not
     * @throws StoreUnavailableException if there is a limit, and the store cannot answer
     */
    public Optional<Duration> name(Grant grant) {
        if (settings.get().recipientsPerHour() == 0) {
            later(HolderName.of(grant), 1);
            return Optional.empty();
        }
        RecipientCount count = quota.take(HolderName.of(grant), settings.get().recipientsPerHour());
        alert(HolderName.of(grant), count);
        return count.untilNext().isZero() ? Optional.empty() : Optional.of(count.untilNext());
    }

    /** Takes back a recipient that was counted and then refused by another check. */
    public void takeBack(Grant grant) {
        if (settings.get().recipientsPerHour() == 0) {
            later(HolderName.of(grant), -1);
            return;
        }
        try {
            quota.add(HolderName.of(grant), -1);
        } catch (StoreUnavailableException e) {
            // One too many is counted for an hour.
            later(HolderName.of(grant), -1);
        }
    }

    /**
     * How many recipients are counted for the holder of a grant; where there is no limit, as of some seconds ago.
     *
     * @throws StoreUnavailableException if the store cannot tell
     */
    public RecipientCount count(Grant grant) {
        return quota.count(HolderName.of(grant), settings.get().recipientsPerHour());
    }

    /** Writes to the store what was counted without it. Waits for it; to be called by only one thread. */
    public void flush() {
        Map<String, Long> counted;
        synchronized (this) {
            counted = unwritten;
            unwritten = new LinkedHashMap<>();
        }
        List<String> failed = new ArrayList<>();
        counted.forEach((holder, recipients) -> {
            try {
                alert(holder, quota.add(holder, recipients));
            } catch (StoreUnavailableException e) {
                failed.add(holder);
            }
        });
        failed.forEach(holder -> later(holder, counted.getOrDefault(holder, 0L)));
    }

    private synchronized void later(String holder, long recipients) {
        unwritten.merge(holder, recipients, Long::sum);
        if (unwritten.size() > ROOM) {
            unwritten.remove(unwritten.keySet().iterator().next());
        }
    }

    private void alert(String holder, RecipientCount count) {
        if (count.isAlarming()) {
            events.manyRecipients(holder, count.total());
        }
    }
}
