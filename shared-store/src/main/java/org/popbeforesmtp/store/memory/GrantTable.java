// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.stream.Stream;
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

    private final Segments segments;
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
        this(maxGrants, changed, new SecretHash());
    }

    GrantTable(long maxGrants, Consumer<ClientAddress> changed, AddressHash hash) {
        this.segments = new Segments(maxGrants, hash);
        this.maxGrants = maxGrants;
        this.changed = changed;
    }

    /** See {@link org.popbeforesmtp.store.GrantStore#record}. */
    public Grant record(Login login, long now, Lifetime lifetime) {
        Grant grant = grant(login, now, now, lifetime.toDuration());
        put(grant);
        return grant;
    }

    private static Grant grant(Login login, long grantedAt, long now, Duration fromNow) {
        return Grant.ofEpochMillis(login, grantedAt, now + fromNow.toMillis());
    }

    /** See {@link org.popbeforesmtp.store.GrantStore#renew}. */
    public Optional<Grant> renew(Grant grant, long now, Duration fromNow) {
        Grant renewed = grant(grant.login(), grant.grantedAtMillis(), now, fromNow);
        Grant[] prolonged = new Grant[1];
        int hash = segments.hashOf(grant.address());
        segments.update(hash, grants -> {
            // Asked under the lock: a revocation either is seen here or finds the renewed grant.
            if (revocations.touch(grant.login(), grant.grantedAtMillis())) {
                return grants;
            }
            Optional<Grant> known =
                    grants.stream().filter(renewed::hasSameHolderAs).findAny();
            long end = Math.max(
                    renewed.expiresAtMillis(), known.map(Grant::expiresAtMillis).orElse(Long.MIN_VALUE));
            prolonged[0] = expiringAt(renewed, end);
            // The later login is the one to tell of.
            return linked(
                    hash,
                    grants,
                    known.filter(other -> other.grantedAtMillis() > grant.grantedAtMillis())
                            .map(later -> expiringAt(later, end))
                            .orElse(prolonged[0]));
        });
        if (prolonged[0] == null) {
            return Optional.empty();
        }
        settle(grant.address());
        return Optional.of(prolonged[0]);
    }

    private static Grant expiringAt(Grant grant, long end) {
        return Grant.ofEpochMillis(grant.login(), grant.grantedAtMillis(), end);
    }

    /** Puts a grant back that the table, or an earlier one, held before. */
    public void restore(Grant grant, long now) {
        if (isActive(grant, now)) {
            put(grant);
        }
    }

    /** Forgets a grant as if it had never been recorded, unless it has changed since. */
    public void forget(Grant grant, long now) {
        remove(segments.hashOf(grant.address()), grant::equals, now);
    }

    /**
     * See {@link org.popbeforesmtp.store.GrantStore#find}.
     *
     * @param clock tells the time in milliseconds since the epoch; not asked if the address holds nothing
     */
    public List<Grant> find(ClientAddress address, LongSupplier clock) {
        return segments.find(address, clock);
    }

    /** See {@link org.popbeforesmtp.store.GrantStore#find}. */
    public List<Grant> find(ClientAddress address, long now) {
        return find(address, () -> now);
    }

    private static boolean isActive(Grant grant, long now) {
        return now < grant.expiresAtMillis();
    }

    /** See {@link org.popbeforesmtp.store.GrantStore#revoke}. */
    public int revoke(ClientAddress address, long now) {
        revocations.add(address, now);
        return remove(
                segments.hashOf(address), grant -> grant.address().equals(address) && revokes(address, grant), now);
    }

    /** See {@link org.popbeforesmtp.store.GrantStore#revokeUser}. */
    public int revokeUser(String user, long now) {
        revocations.add(user, now);
        Predicate<Grant> isOfUser = grant -> user.equals(grant.user().orElse(null));
        // A renewal that did not see the revocation yet is waited for: all segments are looked at under their locks.
        return segments.stream()
                .filter(isOfUser)
                .mapToInt(grant -> segments.hashOf(grant.address()))
                .map(hash -> remove(hash, grant -> isOfUser.test(grant) && revokes(user, grant), now))
                .sum();
    }

    /** Notes a login that seems to be of the future, after the clock was set back, as revoked too. */
    private boolean revokes(Object addressOrUser, Grant grant) {
        revocations.add(addressOrUser, grant.grantedAtMillis());
        return true;
    }

    /** All active grants, in no order, as they are met. */
    public Stream<Grant> active(long now) {
        return segments.stream().filter(grant -> isActive(grant, now));
    }

    /**
     * Gives the memory of ended grants back, of so many addresses at a time that no other thread waits long for the
     * processor. To be called some times a second, from one thread.
     */
    public void sweep(long now) {
        long lastPast = Calendar.secondOf(now) - 1;
        // There may be several notes of a hash, after logins with different lifetimes; one of them goes on.
        Set<Integer> noted = new HashSet<>();
        for (int i = 0; i < SWEPT_AT_A_TIME; i++) {
            Calendar.Note due = calendar.takeUpTo(lastPast);
            if (due == null) {
                break;
            }
            remove(due.hash, grant -> !isActive(grant, now), now);
            if (noted.add(due.hash)) {
                noteAgain(due.hash);
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

    /** How many notes there are about when to look at which addresses. */
    long notes() {
        return calendar.size();
    }

    private void put(Grant grant) {
        int hash = segments.hashOf(grant.address());
        segments.update(hash, grants -> linked(hash, grants, grant));
        settle(grant.address());
    }

    /** The grants with one more, in the place of the one of the same holder if there is one. */
    private List<Grant> linked(int hash, List<Grant> grants, Grant grant) {
        List<Grant> linked = new ArrayList<>(grants.size() + 1);
        boolean isSoonest = true;
        for (Grant other : grants) {
            if (!other.hasSameHolderAs(grant)) {
                linked.add(other);
            }
            isSoonest &= grant.expiresAtMillis() < other.expiresAtMillis();
        }
        linked.add(grant);
        size.addAndGet(linked.size() - grants.size());
        if (isSoonest) {
            calendar.add(endOf(grant), hash);
        }
        return linked;
    }

    private static Optional<Grant> soonest(List<Grant> grants) {
        return grants.stream().min(Comparator.comparingLong(Grant::expiresAtMillis));
    }

    private void settle(ClientAddress address) {
        changed.accept(address);
        if (size.get() > maxGrants) {
            makeRoom();
        }
    }

    /** Removes grants of the addresses with a hash, and tells how many of them were active. */
    private int remove(int hash, Predicate<Grant> condition, long now) {
        return (int) take(hash, grants -> grants.stream().filter(condition)).stream()
                .filter(grant -> isActive(grant, now))
                .count();
    }

    /** Removes those grants of the addresses with a hash that are chosen among them. */
    private List<Grant> take(int hash, Function<List<Grant>, Stream<Grant>> choice) {
        List<Grant> taken = new ArrayList<>();
        segments.update(hash, grants -> {
            choice.apply(grants).forEach(taken::add);
            List<Grant> left = new ArrayList<>(grants);
            return left.removeAll(taken) ? left : grants;
        });
        size.addAndGet(-taken.size());
        taken.forEach(grant -> changed.accept(grant.address()));
        return taken;
    }

    /** Notes when to look at the addresses with a hash next. */
    private void noteAgain(int hash) {
        segments.update(hash, grants -> {
            soonest(grants).ifPresent(grant -> calendar.add(endOf(grant), hash));
            return grants;
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
            evictions.addAndGet(dropSoonest(note.hash, second));
            noteAgain(note.hash);
        }
    }

    /** Drops the grant with a hash that ends soonest, if it ends by the given second. */
    private int dropSoonest(int hash, long second) {
        return take(hash, grants -> soonest(grants).filter(grant -> endOf(grant) <= second).stream())
                .size();
    }

    /** The second in which a grant ends. */
    private static long endOf(Grant grant) {
        return Calendar.secondOf(grant.expiresAtMillis());
    }
}
