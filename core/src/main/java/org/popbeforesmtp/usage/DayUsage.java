// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.usage;

import java.time.LocalDate;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How much all users relayed on grants on one day, in UTC. */
public final class DayUsage {

    private final LocalDate day;
    private final long users;
    private final long messages;
    private final long recipients;

    private DayUsage(LocalDate day, long users, long messages, long recipients) {
        this.day = day;
        this.users = users;
        this.messages = messages;
        this.recipients = recipients;
    }

    public static DayUsage of(LocalDate day, long users, long messages, long recipients) {
        return new DayUsage(day, users, messages, recipients);
    }

    /** With one more user. */
    DayUsage plusUser(Usage usage) {
        return new DayUsage(day, users + 1, messages + usage.messages(), recipients + usage.recipients());
    }

    public LocalDate day() {
        return day;
    }

    public long users() {
        return users;
    }

    public long messages() {
        return messages;
    }

    public long recipients() {
        return recipients;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof DayUsage
                && day.equals(((DayUsage) other).day)
                && users == ((DayUsage) other).users
                && messages == ((DayUsage) other).messages
                && recipients == ((DayUsage) other).recipients;
    }

    @Override
    public int hashCode() {
        return Objects.hash(day, users, messages, recipients);
    }

    @Override
    public String toString() {
        return day + ": " + users + " users, " + messages + " messages, " + recipients + " recipients";
    }
}
