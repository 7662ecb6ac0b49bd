// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.StoreLimits;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The grants of one process: the base of every store that keeps them in memory. It has neither clock nor thread:
 * callers pass the time, in milliseconds since the epoch.
 *
 * <p>Ends are exact because they are looked at when a grant is read. Sweeping only frees memory. When the table is
 * full, the grants that end soonest (to the second) make room.
 */
public final class GrantTable {

    private static final Logger LOGGER = LoggerFactory.getLogger(GrantTable.class);

    /** After so many renewed grants, a login that needs room evicts the next one. */
    private static final int PATIENCE = 64;

    private static final int SWEPT_AT_A_TIME = 10_000;

    private final ConcurrentHashMap<ClientAddress, AddressGrants> grants = new ConcurrentHashMap<>();
    private final ExpiryQueue expiries = new ExpiryQueue();
    private final Revocations revocations = new Revocations();
    private final AtomicLong size = new AtomicLong();
    private final AtomicLong evictions = new AtomicLong();
    private final AtomicBoolean warned = new AtomicBoolean();
    private final StoreLimits limits;
    private final Consumer<ClientAddress> changed;

    /**
     * An empty table.
     *
     * @param changed is called with each address whose grants have changed, after the change, on the thread that made it
     */
    public GrantTable(StoreLimits limits, Consumer<ClientAddress> changed) {
        this.limits = limits;
        this.changed = changed;
    }

    /** See {@link org.popbeforesmtp.store.GrantStore#record}. */
    public Grant record(Login login, long now, Lifetime lifetime) {
        Grant grant =
                Grant.ofEpochMillis(login, now, now + lifetime.toDuration().toMillis());
        put(grant);
        return grant;
    }

    /** See {@link org.popbeforesmtp.store.GrantStore#renew}. */
    public Optional<Grant> renew(Grant grant, long now, Duration fromNow) {
        Grant[] prolonged = new Grant[1];
        revocations.duringNone(() -> grants.compute(grant.address(), (address, held) -> {
            if (revocations.touch(grant.login(), grant.grantedAtMillis())) {
                return held;
            }
            Grant known = held == null ? null : held.ofSameHolder(grant);
            long end = now + fromNow.toMillis();
            end = known == null ? end : Math.max(end, known.expiresAtMillis());
            prolonged[0] = endingAt(grant, end);
            // Keeps the later login's details.
            return linked(
                    held,
                    known != null && known.grantedAtMillis() > grant.grantedAtMillis()
                            ? endingAt(known, end)
                            : prolonged[0]);
        }));
        if (prolonged[0] == null) {
            return Optional.empty();
        }
        settle(grant.address());
        return Optional.of(prolonged[0]);
    }

    /** A grant from another clock may seem to be of the future. */
    private static Grant endingAt(Grant grant, long end) {
        return Grant.ofEpochMillis(grant.login(), Math.min(grant.grantedAtMillis(), end), end);
    }

    /** Takes in what an earlier table held of an address that is new to this one; that is no change to be told. */
    public void restore(ClientAddress address, List<Grant> kept) {
        AddressGrants restored = null;
        for (Grant grant : kept) {
            restored = restored == null
                    ? AddressGrants.of(grant)
                    : restored.with(grant, limits.usersPerAddress(), evictions::addAndGet);
        }
        if (restored != null) {
            grants.put(address, restored);
            size.addAndGet(restored.size());
            queue(restored.soonest());
            makeRoom();
        }
    }

    /** Empties a new table again, should what it was to take in be damaged. */
    public void clear() {
        grants.clear();
        expiries.clear();
        size.set(0);
    }

    /** Forgets a grant as if it had never been recorded, unless it has changed since. */
    public void forget(Grant grant, long now) {
        remove(grant.address(), grant::equals, now);
    }

    /** See {@link org.popbeforesmtp.store.GrantStore#find}. */
    public List<Grant> find(ClientAddress address, long now) {
        AddressGrants held = grants.get(address);
        return held == null ? List.of() : held.activeAt(now);
    }

    private static boolean isActive(Grant grant, long now) {
        return now < grant.expiresAtMillis();
    }

    /** See {@link org.popbeforesmtp.store.GrantStore#revoke}. */
    public int revoke(ClientAddress address, long now) {
        revocations.add(address, now);
        return remove(address, grant -> revokes(address, grant), now);
    }

    /** See {@link org.popbeforesmtp.store.GrantStore#revokeUser}. */
    public int revokeUser(String user, long now) {
        revocations.add(user, now);
        int revoked = 0;
        for (ClientAddress address : grants.keySet()) {
            revoked += remove(address, grant -> user.equals(grant.user().orElse(null)) && revokes(user, grant), now);
        }
        return revoked;
    }

    /** Covers a login too that seems to be of the future, by another clock. */
    private boolean revokes(Object addressOrUser, Grant grant) {
        revocations.merge(addressOrUser, grant.grantedAtMillis());
        return true;
    }

    /** The addresses that have grants, of which some may have ended. */
    public Stream<ClientAddress> addresses() {
        return grants.keySet().stream();
    }

    /** All active grants, in no order, as they are met. */
    public Stream<Grant> active(long now) {
        return grants.values().stream().flatMap(held -> held.activeAt(now).stream());
    }

    /**
     * Frees the memory of ended grants, of so many addresses at a time that no other thread waits long for the processor. To be called some times a second, from one thread.
     */
    public void sweep(long now) {
        long lastPast = ExpiryQueue.secondOf(now) - 1;
        // An address may be due several times, after logins with different lifetimes; one entry stays.
        Set<ClientAddress> swept = new HashSet<>();
        for (int i = 0; i < SWEPT_AT_A_TIME; i++) {
            ExpiryQueue.Entry due = expiries.takeUpTo(lastPast);
            if (due == null) {
                break;
            }
            remove(due.address, grant -> !isActive(grant, now), now);
            if (swept.add(due.address)) {
                queueAgain(due.address);
            }
        }
        revocations.forgetBefore(now);
        if (size.get() < limits.grants() - limits.grants() / 10) {
            warned.set(false);
        }
    }

    /** How many grants there are, counting some that ended since the last sweep. */
    public long size() {
        return size.get();
    }

    /** How many grants made room for others since the start. */
    public long evictions() {
        return evictions.get();
    }

    public boolean isFull() {
        return size.get() >= limits.grants();
    }

    /** How many entries there are about when to look at which addresses. */
    long queued() {
        return expiries.size();
    }

    private void put(Grant grant) {
        grants.compute(grant.address(), (address, held) -> linked(held, grant));
        settle(grant.address());
    }

    private AddressGrants linked(@Nullable AddressGrants held, Grant grant) {
        // The queue has an entry no later than the first end.
        if (held == null || grant.expiresAtMillis() < held.firstEnd()) {
            queue(grant);
        }
        if (held == null) {
            size.incrementAndGet();
            return AddressGrants.of(grant);
        }
        AddressGrants linked = held.with(grant, limits.usersPerAddress(), evictions::addAndGet);
        size.addAndGet(linked.size() - held.size());
        return linked;
    }

    private void queue(Grant grant) {
        expiries.add(endOf(grant), grant.address());
    }

    /** Queues what is left of an address whose entry was taken. */
    private void queueAgain(ClientAddress address) {
        grants.computeIfPresent(address, (key, held) -> {
            queue(held.soonest());
            return held;
        });
    }

    private void settle(ClientAddress address) {
        changed.accept(address);
        makeRoom();
    }

    /** Removes grants of an address, and tells how many of them were active. */
    private int remove(ClientAddress address, Predicate<Grant> leaves, long now) {
        int[] counts = new int[2];
        grants.computeIfPresent(
                address,
                (key, held) -> held.without(grant -> {
                    if (!leaves.test(grant)) {
                        return false;
                    }
                    counts[0]++;
                    counts[1] += isActive(grant, now) ? 1 : 0;
                    return true;
                }));
        if (counts[0] > 0) {
            size.addAndGet(-counts[0]);
            changed.accept(address);
        }
        return counts[1];
    }

    private void makeRoom() {
        if (size.get() > limits.grants() && warned.compareAndSet(false, true)) {
            LOGGER.warn(
                    "The store is full: {} grants. The ones that end soonest make room for new ones; raise store.maxGrants",
                    limits.grants());
        }
        int patience = PATIENCE;
        // An entry is taken only once it is needed: the grant of one that is taken for nothing would never be swept.
        while (size.get() > limits.grants()) {
            ExpiryQueue.Entry first = expiries.takeUpTo(Long.MAX_VALUE);
            if (first == null) {
                return;
            }
            evictSoonest(first.address, patience-- > 0 ? first.second : Long.MAX_VALUE);
            queueAgain(first.address);
        }
    }

    /** Drops the grant of an address that ends soonest, if it ends by the given second. */
    private void evictSoonest(ClientAddress address, long second) {
        AddressGrants held = grants.get(address);
        if (held != null && endOf(held.soonest()) <= second) {
            evictions.addAndGet(remove(address, held.soonest()::equals, Long.MIN_VALUE));
        }
    }

    /** The second in which a grant ends. */
    private static long endOf(Grant grant) {
        return ExpiryQueue.secondOf(grant.expiresAtMillis());
    }
}
