// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The grants of one process: what every store that keeps them in memory is built on. It has neither clock nor thread;
 * the time of each call, in milliseconds since the epoch, is its caller's.
 *
 * <p>Ends are exact because they are looked at when a grant is read. Sweeping only gives memory back, and no other call
 * waits for it. When the table is full, the grants that end soonest (to the second) make room.
 */
public final class GrantTable {

    private static final Logger LOGGER = LoggerFactory.getLogger(GrantTable.class);

    /** How many renewed grants a login may have to pass over in search of room before it takes what comes next. */
    private static final int PATIENCE = 64;

    private static final int SWEPT_AT_A_TIME = 10_000;

    private final ConcurrentHashMap<ClientAddress, Entry> grants = new ConcurrentHashMap<>();
    private final Calendar calendar = new Calendar();
    private final Revocations revocations = new Revocations();
    private final AtomicLong size = new AtomicLong();
    private final AtomicLong evictions = new AtomicLong();
    private final AtomicBoolean warned = new AtomicBoolean();
    private final long maxGrants;
    private final Consumer<ClientAddress> changed;

    /**
     * An empty table.
     *
     * @param maxGrants how many grants it holds at most
     * @param changed is told each address whose grants have changed, after the change, on the thread that made it
     */
    public GrantTable(long maxGrants, Consumer<ClientAddress> changed) {
        this.maxGrants = maxGrants;
        this.changed = changed;
    }

    /** See {@link org.popbeforesmtp.store.GrantStore#record}. */
    public Grant record(Login login, long now, Lifetime lifetime) {
        Entry entry = Entry.of(login, now, now + lifetime.toDuration().toMillis());
        put(login.address(), entry, now);
        return entry.toGrant(login.address());
    }

    /** See {@link org.popbeforesmtp.store.GrantStore#renew}. */
    public Optional<Grant> renew(Grant grant, long now, Lifetime lifetime) {
        ClientAddress address = grant.address();
        long grantedAt = grant.grantedAt().toEpochMilli();
        Entry renewed =
                Entry.of(grant.login(), grantedAt, now + lifetime.toDuration().toMillis());
        AtomicInteger added = new AtomicInteger();
        Entry[] stored = new Entry[1];
        grants.compute(address, (key, chain) -> {
            // Asked under the lock of the address: a revocation either is seen here or finds the renewed grant.
            if (revocations.touch(grant.login(), grantedAt)) {
                return chain;
            }
            stored[0] = renewed.expiringAt(Math.max(renewed.expiresAt(), endOfSameHolder(chain, renewed)));
            return link(key, chain, stored[0], now, added);
        });
        if (stored[0] == null) {
            return Optional.empty();
        }
        settle(address, added.get());
        return Optional.of(stored[0].toGrant(address));
    }

    /** Puts a grant back that the table, or an earlier one, held before. */
    public void restore(Grant grant, long now) {
        Entry entry = Entry.of(
                grant.login(),
                grant.grantedAt().toEpochMilli(),
                grant.expiresAt().toEpochMilli());
        if (entry.isActiveAt(now)) {
            put(grant.address(), entry, now);
        }
    }

    /** Forgets a grant as if it had never been recorded, unless it has changed since. */
    public void forget(Grant grant, long now) {
        remove(grant.address(), entry -> entry.toGrant(grant.address()).equals(grant), now);
    }

    /**
     * See {@link org.popbeforesmtp.store.GrantStore#find}.
     *
     * @param clock tells the time in milliseconds since the epoch; not asked if the address holds nothing, as reading a
     *     clock would cost more than the rest
     */
    public List<Grant> find(ClientAddress address, LongSupplier clock) {
        Entry first = grants.get(address);
        return first == null ? List.of() : active(first, address, clock.getAsLong());
    }

    /** See {@link org.popbeforesmtp.store.GrantStore#find}. */
    public List<Grant> find(ClientAddress address, long now) {
        return find(address, () -> now);
    }

    private static List<Grant> active(Entry first, ClientAddress address, long now) {
        if (first.next() == null) {
            return first.isActiveAt(now) ? List.of(first.toGrant(address)) : List.of();
        }
        List<Grant> found = new ArrayList<>();
        for (Entry entry = first; entry != null; entry = entry.next()) {
            if (entry.isActiveAt(now)) {
                found.add(entry.toGrant(address));
            }
        }
        return found;
    }

    /** See {@link org.popbeforesmtp.store.GrantStore#revoke}. */
    public int revoke(ClientAddress address, long now) {
        revocations.add(address, now);
        return remove(address, entry -> revokes(address, entry), now);
    }

    /** See {@link org.popbeforesmtp.store.GrantStore#revokeUser}. */
    public int revokeUser(String user, long now) {
        revocations.add(user, now);
        int revoked = 0;
        for (ClientAddress address : grants.keySet()) {
            revoked += remove(address, entry -> entry.isOf(user) && revokes(user, entry), now);
        }
        return revoked;
    }

    /** Notes a login that seems to be of the future, after the clock was set back, as revoked too. */
    private boolean revokes(Object addressOrUser, Entry entry) {
        revocations.add(addressOrUser, entry.grantedAt());
        return true;
    }

    /** All active grants, in no order, as they are met. */
    public Stream<Grant> active(long now) {
        return grants.keySet().stream().flatMap(address -> find(address, now).stream());
    }

    /**
     * Gives the memory of ended grants back, of so many addresses at a time that no other thread waits long for the
     * processor. To be called some times a second, from one thread.
     */
    public void sweep(long now) {
        long lastPast = Calendar.secondOf(now) - 1;
        // An address may have several notes, after logins with different lifetimes; one of them goes on.
        Set<ClientAddress> noted = new HashSet<>();
        for (int i = 0; i < SWEPT_AT_A_TIME; i++) {
            Calendar.Note due = calendar.takeUpTo(lastPast);
            if (due == null) {
                break;
            }
            remove(due.address, entry -> !entry.isActiveAt(now), now);
            if (noted.add(due.address)) {
                noteAgain(due.address);
            }
        }
        revocations.forgetBefore(now);
        if (size.get() < maxGrants - maxGrants / 10) {
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
        return size.get() >= maxGrants;
    }

    /** How many notes there are about when to look at which address. */
    long notes() {
        return calendar.size();
    }

    private void put(ClientAddress address, Entry entry, long now) {
        AtomicInteger added = new AtomicInteger();
        grants.compute(address, (key, chain) -> link(key, chain, entry, now, added));
        settle(address, added.get());
    }

    private Entry link(ClientAddress key, @Nullable Entry chain, Entry entry, long now, AtomicInteger added) {
        Entry rest = Entry.without(chain, other -> other.isSameHolderAs(entry) || !other.isActiveAt(now));
        added.set(1 + Entry.count(rest) - Entry.count(chain));
        if (chain == null || entry.expiresAt() < Entry.soonest(chain).expiresAt()) {
            calendar.add(Calendar.secondOf(entry.expiresAt()), key);
        }
        return entry.withNext(rest);
    }

    private void settle(ClientAddress address, int added) {
        changed.accept(address);
        if (size.addAndGet(added) > maxGrants) {
            makeRoom();
        }
    }

    private static long endOfSameHolder(@Nullable Entry chain, Entry holder) {
        for (Entry entry = chain; entry != null; entry = entry.next()) {
            if (entry.isSameHolderAs(holder)) {
                return entry.expiresAt();
            }
        }
        return Long.MIN_VALUE;
    }

    private int remove(ClientAddress address, Predicate<Entry> condition, long now) {
        int[] counts = new int[2];
        grants.computeIfPresent(address, (key, chain) -> {
            Entry rest = Entry.without(chain, condition);
            counts[0] = Entry.count(chain) - Entry.count(rest);
            counts[1] = Entry.count(Entry.without(chain, entry -> !condition.test(entry) || !entry.isActiveAt(now)));
            return counts[0] == 0 ? chain : rest;
        });
        if (counts[0] > 0) {
            size.addAndGet(-counts[0]);
            changed.accept(address);
        }
        return counts[1];
    }

    private void noteAgain(ClientAddress address) {
        grants.computeIfPresent(address, (key, chain) -> {
            calendar.add(Calendar.secondOf(Entry.soonest(chain).expiresAt()), key);
            return chain;
        });
    }

    private void makeRoom() {
        if (warned.compareAndSet(false, true)) {
            LOGGER.warn(
                    "The store is full: {} grants. The ones that end soonest make room for new ones; raise store.maxGrants",
                    maxGrants);
        }
        int patience = PATIENCE;
        // A note is taken only once it is needed: the grant of a note that is taken for nothing would never be swept.
        while (size.get() > maxGrants) {
            Calendar.Note note = calendar.takeUpTo(Long.MAX_VALUE);
            if (note == null) {
                return;
            }
            long second = patience-- > 0 ? note.second : Long.MAX_VALUE;
            evictions.addAndGet(dropSoonest(note.address, second));
            noteAgain(note.address);
        }
    }

    /** Drops the grant of an address that ends soonest, if it ends by the given second. */
    private int dropSoonest(ClientAddress address, long second) {
        AtomicInteger dropped = new AtomicInteger();
        grants.computeIfPresent(address, (key, chain) -> {
            Entry soonest = Entry.soonest(chain);
            if (Calendar.secondOf(soonest.expiresAt()) > second) {
                return chain;
            }
            dropped.set(1);
            return Entry.without(chain, soonest::equals);
        });
        if (dropped.get() > 0) {
            size.decrementAndGet();
            changed.accept(address);
        }
        return dropped.get();
    }
}
