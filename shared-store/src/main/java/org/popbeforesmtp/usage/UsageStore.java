// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.usage;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;

/**
 * Keeps what users relayed on grants, for {@code usage.retention} and no longer, and when they used SMTP AUTH the last time.
 * Bounded: when it is full the oldest days make room. All methods may be called from any thread, and may wait for a disk or
 * a network: never call them on a thread of a mail session.
 *
 * <p>Each throws {@link org.popbeforesmtp.store.StoreUnavailableException} if the store cannot do it now.
 */
public interface UsageStore {

    /** Adds what a node has counted: once, however often it is told, and exactly, whatever other nodes add meanwhile. */
    void add(UsageBatch batch);

    /** The report from that day, in UTC, to this one. A day from before the retention is taken as its first. */
    UsageReport report(LocalDate from);

    /** When a user used SMTP AUTH the last time, if within the retention. */
    Optional<Instant> lastAuth(String user);

    /**
     * Forgets all that is kept of a user.
     *
     * @return whether there was anything
     */
    boolean forget(String user);

    /** How many users' days made room for newer ones since the start. Cheap, never throws. */
    long evictions();
}
