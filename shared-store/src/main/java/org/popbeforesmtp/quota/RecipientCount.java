// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.quota;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Whether one more recipient was counted, and how many a user has now within the last hour. */
public final class RecipientCount {

    private final boolean counted;
    private final long recipients;
    private final Duration untilNext;

    private RecipientCount(boolean counted, long recipients, Duration untilNext) {
        this.counted = counted;
        this.recipients = recipients;
        this.untilNext = untilNext;
    }

    /** One more was counted. */
    public static RecipientCount counted(long recipients) {
        return new RecipientCount(true, recipients, Duration.ZERO);
    }

    /** The limit is reached: nothing was counted. */
    public static RecipientCount limitReached(long recipients, Duration untilNext) {
        return new RecipientCount(false, recipients, untilNext);
    }

    public boolean isCounted() {
        return counted;
    }

    /** How many recipients within the last hour, this one included if it was counted. */
    public long recipients() {
        return recipients;
    }

    /** How long until one more can be counted; zero if this one was. */
    public Duration untilNext() {
        return untilNext;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RecipientCount
                && counted == ((RecipientCount) other).counted
                && recipients == ((RecipientCount) other).recipients
                && untilNext.equals(((RecipientCount) other).untilNext);
    }

    @Override
    public int hashCode() {
        return Objects.hash(counted, recipients, untilNext);
    }

    @Override
    public String toString() {
        return (counted ? "counted, " : "limit reached, ") + recipients + " within the last hour"
                + (counted ? "" : ", one more in " + untilNext);
    }
}
