// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.IntStream;
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

    private final Buckets buckets;
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
        this.buckets = new Buckets(maxGrants);
        this.maxGrants = maxGrants;
        this.changed = changed;
    }

    /** See {@link org.popbeforesmtp.store.GrantStore#record}. */
    public Grant record(Login login, long now, Lifetime lifetime) {
        Entry entry = Entry.of(login, now, now + lifetime.toDuration().toMillis());
        put(entry);
        return entry.toGrant();
    }

    /** See {@link org.popbeforesmtp.store.GrantStore#renew}. */
    public Optional<Grant> renew(Grant grant, long now, Lifetime lifetime) {
        int bucket = buckets.of(grant.address());
        long grantedAt = grant.grantedAt().toEpochMilli();
        Entry renewed =
                Entry.of(grant.login(), grantedAt, now + lifetime.toDuration().toMillis());
        Entry[] prolonged = new Entry[1];
        buckets.update(bucket, chain -> {
            // Asked under the lock of the bucket: a revocation either is seen here or finds the renewed grant.
            if (revocations.touch(grant.login(), grantedAt)) {
                return chain;
            }
            Optional<Entry> known =
                    Entry.stream(chain).filter(renewed::isSameHolderAs).findAny();
            long end = Math.max(renewed.expiresAt(), known.map(Entry::expiresAt).orElse(Long.MIN_VALUE));
            prolonged[0] = renewed.expiringAt(end);
            // The later login is the one to tell of.
            return link(
                    bucket,
                    chain,
                    known.filter(other -> other.grantedAt() > grantedAt)
                            .map(later -> later.expiringAt(end))
                            .orElse(prolonged[0]));
        });
        if (prolonged[0] == null) {
            return Optional.empty();
        }
        settle(grant.address());
        return Optional.of(prolonged[0].toGrant());
    }

    /** Puts a grant back that the table, or an earlier one, held before. */
    public void restore(Grant grant, long now) {
        Entry entry = Entry.of(
                grant.login(),
                grant.grantedAt().toEpochMilli(),
                grant.expiresAt().toEpochMilli());
        if (entry.isActiveAt(now)) {
            put(entry);
        }
    }

    /** Forgets a grant as if it had never been recorded, unless it has changed since. */
    public void forget(Grant grant, long now) {
        remove(buckets.of(grant.address()), entry -> entry.toGrant().equals(grant), now);
    }

    /**
     * See {@link org.popbeforesmtp.store.GrantStore#find}.
     *
     * @param clock tells the time in milliseconds since the epoch; not asked if the address holds nothing, as reading a
     *     clock would cost more than the rest
     */
    public List<Grant> find(ClientAddress address, LongSupplier clock) {
        Entry first = Entry.firstAt(address, buckets.get(buckets.of(address)));
        return first == null ? List.of() : active(first, address, clock.getAsLong());
    }

    /** See {@link org.popbeforesmtp.store.GrantStore#find}. */
    public List<Grant> find(ClientAddress address, long now) {
        return find(address, () -> now);
    }

    private static List<Grant> active(Entry first, ClientAddress address, long now) {
        Entry second = Entry.firstAt(address, first.next());
        if (second == null) {
            return first.isActiveAt(now) ? List.of(first.toGrant()) : List.of();
        }
        List<Grant> found = new ArrayList<>();
        for (Entry entry = first; entry != null; entry = Entry.firstAt(address, entry.next())) {
            if (entry.isActiveAt(now)) {
                found.add(entry.toGrant());
            }
        }
        return found;
    }

    /** See {@link org.popbeforesmtp.store.GrantStore#revoke}. */
    public int revoke(ClientAddress address, long now) {
        revocations.add(address, now);
        return remove(buckets.of(address), entry -> entry.isAt(address) && revokes(address, entry), now);
    }

    /** See {@link org.popbeforesmtp.store.GrantStore#revokeUser}. */
    public int revokeUser(String user, long now) {
        revocations.add(user, now);
        // Also of buckets without such a grant the lock is taken: a renewal may be about to put one there again.
        return IntStream.range(0, buckets.count())
                .map(bucket -> remove(bucket, entry -> entry.isOf(user) && revokes(user, entry), now))
                .sum();
    }

    /** Notes a login that seems to be of the future, after the clock was set back, as revoked too. */
    private boolean revokes(Object addressOrUser, Entry entry) {
        revocations.add(addressOrUser, entry.grantedAt());
        return true;
    }

    /** All active grants, in no order, as they are met. */
    public Stream<Grant> active(long now) {
        return IntStream.range(0, buckets.count())
                .mapToObj(buckets::get)
                .flatMap(Entry::stream)
                .filter(entry -> entry.isActiveAt(now))
                .map(Entry::toGrant);
    }

    /**
     * Gives the memory of ended grants back, of so many buckets at a time that no other thread waits long for the
     * processor. To be called some times a second, from one thread.
     */
    public void sweep(long now) {
        long lastPast = Calendar.secondOf(now) - 1;
        // A bucket may have several notes, after logins with different lifetimes; one of them goes on.
        Set<Integer> noted = new HashSet<>();
        for (int i = 0; i < SWEPT_AT_A_TIME; i++) {
            Calendar.Note due = calendar.takeUpTo(lastPast);
            if (due == null) {
                break;
            }
            remove(due.bucket, entry -> !entry.isActiveAt(now), now);
            if (noted.add(due.bucket)) {
                noteAgain(due.bucket);
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

    /** How many notes there are about when to look at which bucket. */
    long notes() {
        return calendar.size();
    }

    private void put(Entry entry) {
        ClientAddress address = entry.address();
        int bucket = buckets.of(address);
        buckets.update(bucket, chain -> link(bucket, chain, entry));
        settle(address);
    }

    /** Puts an entry into a chain, in the place of the one of the same holder if there is one. */
    private Entry link(int bucket, @Nullable Entry chain, Entry entry) {
        List<Entry> replaced = new ArrayList<>(1);
        Entry rest = Entry.without(chain, entry::isSameHolderAs, replaced);
        size.addAndGet(1 - replaced.size());
        if (chain == null || entry.expiresAt() < Entry.soonest(chain).expiresAt()) {
            calendar.add(Calendar.secondOf(entry.expiresAt()), bucket);
        }
        return entry.withNext(rest);
    }

    private void settle(ClientAddress address) {
        changed.accept(address);
        if (size.get() > maxGrants) {
            makeRoom();
        }
    }

    /** Removes entries of a bucket, and tells how many of them were active. */
    private int remove(int bucket, Predicate<Entry> condition, long now) {
        return (int) take(bucket, condition).stream()
                .filter(entry -> entry.isActiveAt(now))
                .count();
    }

    private List<Entry> take(int bucket, Predicate<Entry> condition) {
        List<Entry> taken = new ArrayList<>();
        buckets.update(bucket, chain -> Entry.without(chain, condition, taken));
        size.addAndGet(-taken.size());
        taken.forEach(entry -> changed.accept(entry.address()));
        return taken;
    }

    /** Notes when to look at a bucket next. */
    private void noteAgain(int bucket) {
        buckets.update(bucket, chain -> {
            if (chain != null) {
                calendar.add(Calendar.secondOf(Entry.soonest(chain).expiresAt()), bucket);
            }
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
            evictions.addAndGet(dropSoonest(note.bucket, second));
            noteAgain(note.bucket);
        }
    }

    /** Drops the grant of a bucket that ends soonest, if it ends by the given second and does not change meanwhile. */
    private int dropSoonest(int bucket, long second) {
        Entry chain = buckets.get(bucket);
        if (chain == null || Calendar.secondOf(Entry.soonest(chain).expiresAt()) > second) {
            return 0;
        }
        return take(bucket, Entry.soonest(chain)::equals).size();
    }
}
