// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.quota;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.store.Value;
import org.popbeforesmtp.store.ValueKey;
import org.popbeforesmtp.store.ValueStore;

/**
 * Counts whom each holder of a grant names within a sliding hour, by minute, where the grants are kept: exactly, however many
 * nodes count at the same time. All methods may wait for the store, and throw {@link
 * org.popbeforesmtp.store.StoreUnavailableException} if it cannot tell.
 */
public final class RecipientQuota {

    /** Hardly anybody writes to so many by hand. */
    public static final long ALARM = 1_000;

    private static final String KIND = "quota";

    private final ValueStore values;

    public RecipientQuota(ValueStore values) {
        this.values = values;
    }

    /**
     * Counts one more recipient if that stays within a limit.
     *
     * @param holder the user, or who else holds the grant
     * @param limit how many an hour may have, at least one
     */
    public RecipientCount take(String holder, long limit) {
        return change(holder, 1, limit);
    }

    /** Counts recipients, whatever any limit says; fewer than none take back what was counted last. */
    public RecipientCount add(String holder, long recipients) {
        return change(holder, recipients, Long.MAX_VALUE);
    }

    /**
     * How many are counted now, and how long it would take until another one may be named.
     *
     * @param limit how many an hour may have; 0 for any number
     */
    public RecipientCount count(String holder, long limit) {
        HourlyCount count = HourlyCount.of(values.get(key(holder)));
        return limit > 0 && count.total() >= limit ? RecipientCount.reached(count, limit) : RecipientCount.of(count);
    }

    private RecipientCount change(String holder, long recipients, long limit) {
        // Of several tries the last one counts.
        AtomicReference<@Nullable RecipientCount> result = new AtomicReference<>();
        values.update(key(holder), (same, before) -> {
            HourlyCount count = HourlyCount.of(before);
            if (recipients > 0 && count.total() >= limit) {
                result.set(RecipientCount.reached(count, limit));
                return before;
            }
            HourlyCount after = count.plus(recipients, ALARM);
            result.set(RecipientCount.of(after));
            return after.total() == 0 ? Optional.<Value>empty() : Optional.of(after.toValue());
        });
        return Objects.requireNonNull(result.get());
    }

    private static ValueKey key(String holder) {
        return ValueKey.of(KIND, holder);
    }
}
