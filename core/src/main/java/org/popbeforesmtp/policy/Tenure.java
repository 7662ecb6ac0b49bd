// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.policy;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Lifetime;

/**
 * Since when the current lifetime has been in force, so that no older grant outlives it. At the start any grant may be
 * from a time with a longer lifetime. Later only those are that were earned before the lifetime was shortened, and only
 * until the old lifetime is over: grants that still exist then have been renewed since. (A session that has been active
 * all that time needs a new login if it needs a grant in between.) Immutable.
 */
final class Tenure {

    /** What two clocks may differ by when a store converts its own time to this process's. */
    static final Duration ROUNDING = Duration.ofSeconds(1);

    private final Instant since;
    private final Instant earnedBefore;
    private final Instant until;
    private final @Nullable Tenure earlier;

    private Tenure(Instant since, Instant earnedBefore, Instant until, @Nullable Tenure earlier) {
        this.since = since;
        this.earnedBefore = earnedBefore;
        this.until = until;
        this.earlier = earlier;
    }

    static Tenure sinceTheStart(Instant now) {
        return new Tenure(now, now.minus(ROUNDING), Instant.MAX, null);
    }

    /** The tenure of a lifetime that replaces another one. */
    Tenure change(Lifetime before, Lifetime after, Instant now) {
        boolean isShorter = after.toDuration().compareTo(before.toDuration()) < 0;
        // A login that was under way has perhaps been recorded with the old lifetime a moment later.
        return isShorter
                ? new Tenure(now, now.plus(ROUNDING), before.endAfter(now), now.isBefore(until) ? this : earlier)
                : this;
    }

    /**
     * Whether a grant no longer counts: its last activity may have been before the current lifetime was in force, so it
     * lasts no longer than one such lifetime after that. (Where several nodes share a store, a session that another
     * node has kept alive all that time needs a new login.)
     */
    boolean ends(Grant grant, Lifetime inForce, Instant now) {
        boolean endsHere = grant.grantedAt().isBefore(earnedBefore)
                && !now.isBefore(inForce.endAfter(since))
                && now.isBefore(until);
        return endsHere || (earlier != null && earlier.ends(grant, inForce, now));
    }
}
