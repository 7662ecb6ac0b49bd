// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.audit;

import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.policy.Decision;
import org.popbeforesmtp.policy.GrantEvents;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.StoreUnavailableException;
import org.popbeforesmtp.usage.HolderName;
import org.popbeforesmtp.usage.Usage;
import org.popbeforesmtp.usage.UsageBatch;
import org.popbeforesmtp.usage.UsageStore;
import org.popbeforesmtp.usage.UserDay;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts in this process who relays on grants and who uses SMTP AUTH, until {@link #flush} writes it to the store.
 * Counting waits for nothing. While the store is down the counts stay here; beyond a bound the oldest are dropped.
 */
public final class UsageCounter implements GrantEvents {

    private static final Logger LOGGER = LoggerFactory.getLogger("org.popbeforesmtp");

    private final UsageStore store;
    private final Clock clock;
    private final int room;
    private final String node = Long.toUnsignedString(UUID.randomUUID().getLeastSignificantBits(), 36);

    /** Held while something is written. */
    private final Object writing = new Object();

    private Map<UserDay, Usage> usage = new LinkedHashMap<>();
    private Map<String, Instant> authentications = new LinkedHashMap<>();
    private long number;
    private long dropped;
    private @Nullable UsageBatch unwritten;
    private boolean failing;

    /**
     * A counter.
     *
     * @param clock the wall clock: usage has dates
     * @param room how many users' days, and how many users of SMTP AUTH, it holds at most
     */
    public UsageCounter(UsageStore store, Clock clock, int room) {
        this.store = store;
        this.clock = clock;
        this.room = room;
    }

    /** A message was accepted on a grant. A grant that names no user is counted as its address. */
    @Override
    public void accepted(ClientAddress client, Grant grant, int recipientsElsewhere) {
        Instant now = clock.instant();
        Usage message = Usage.ofMessage(now, recipientsElsewhere, client, grant.protocol(), grant.encrypted());
        UserDay today = UserDay.at(now, HolderName.of(grant));
        synchronized (this) {
            Usage before = usage.remove(today);
            usage.put(today, before == null ? message : before.plus(message));
            dropped += dropOldest(usage);
        }
    }

    /** While relaying is only observed, a message that was not accepted counts with the recipient it was refused for. */
    @Override
    public void refused(ClientAddress client, Optional<String> sender, Decision decision) {
        decision.observed().ifPresent(grant -> accepted(client, grant, 1));
    }

    /** A user used SMTP AUTH. */
    @Override
    public synchronized void authenticated(String user) {
        authentications.remove(HolderName.of(user));
        authentications.put(HolderName.of(user), clock.instant());
        dropped += dropOldest(authentications);
    }

    /**
     * Deletes all counts of a user, written or not, so that none is written later. Waits for the store.
     *
     * @return whether there was anything
     * @throws StoreUnavailableException if the store may still have something
     */
    public boolean forget(String user) {
        synchronized (writing) {
            boolean counted = forgetUnwritten(user);
            return store.forget(user) || counted;
        }
    }

    private synchronized boolean forgetUnwritten(String user) {
        if (unwritten != null) {
            unwritten = unwritten.without(user);
        }
        boolean any = usage.keySet().removeIf(userDay -> userDay.user().equals(user));
        return authentications.remove(user) != null || any;
    }

    private int dropOldest(Map<?, ?> counted) {
        if (counted.size() <= room) {
            return 0;
        }
        counted.remove(counted.keySet().iterator().next());
        return 1;
    }

    /** Writes what was counted. Waits for the store; to be called about once a second. */
    public void flush() {
        synchronized (writing) {
            write();
        }
        reportDropped();
    }

    private void write() {
        try {
            // At most two: the one that could not be written before, and what has been counted since.
            writeNext();
            writeNext();
            if (failing) {
                failing = false;
                LOGGER.info("Usage is written again");
            }
        } catch (StoreUnavailableException e) {
            if (!failing) {
                failing = true;
                LOGGER.warn("Usage cannot be written now, it is kept in memory: {}", e.getMessage());
            }
        }
    }

    private void writeNext() {
        UsageBatch batch = takeBatch();
        if (!batch.isEmpty()) {
            store.add(batch);
        }
        unwritten = null;
    }

    /** The batch that could not be written comes first, and unchanged: part of it may have been written. */
    private UsageBatch takeBatch() {
        if (unwritten == null) {
            synchronized (this) {
                number++;
                unwritten = UsageBatch.of(node, number, usage, authentications);
                usage = new LinkedHashMap<>();
                authentications = new LinkedHashMap<>();
            }
        }
        return unwritten;
    }

    private void reportDropped() {
        long lost;
        synchronized (this) {
            lost = dropped;
            dropped = 0;
        }
        if (lost > 0) {
            LOGGER.warn("{} usage records were dropped: the store cannot take them, and the buffer is full", lost);
        }
    }
}
