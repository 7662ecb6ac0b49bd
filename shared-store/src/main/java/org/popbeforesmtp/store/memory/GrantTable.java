// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
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

    private final GrantsByAddress grants;
    private final Revocations revocations = new Revocations();
    private final AtomicLong evictions = new AtomicLong();
    private final AtomicBoolean warned = new AtomicBoolean();
    private final StoreLimits limits;

    /**
     * An empty table.
     *
     * @param changed is called with each address whose grants have changed, after the change, on the thread that made it
     */
    public GrantTable(StoreLimits limits, Consumer<ClientAddress> changed) {
        this.limits = limits;
        this.grants = new GrantsByAddress(changed);
    }

    /** See {@link org.popbeforesmtp.store.GrantStore#record}. */
    public Grant record(Login login, long now, Lifetime lifetime) {
        Grant grant =
                Grant.ofEpochMillis(login, now, now + lifetime.toDuration().toMillis());
        grants.change(login.address(), held -> with(grant, held));
        makeRoom();
        return grant;
    }

    /** See {@link org.popbeforesmtp.store.GrantStore#renew}. */
    public Optional<Grant> renew(Grant grant, long now, Duration fromNow) {
        Grant[] prolonged = new Grant[1];
        revocations.duringNone(() -> grants.change(grant.address(), held -> {
            if (revocations.touch(grant.login(), grant.grantedAtMillis())) {
                return held;
            }
            Grant known = held == null ? null : held.ofSameHolder(grant);
            long end = now + fromNow.toMillis();
            end = known == null ? end : Math.max(end, known.expiresAtMillis());
            prolonged[0] = endingAt(grant, end);
            // A later login keeps its details.
            return with(
                    known != null && known.grantedAtMillis() > grant.grantedAtMillis()
                            ? endingAt(known, end)
                            : prolonged[0],
                    held);
        }));
        makeRoom();
        return Optional.ofNullable(prolonged[0]);
    }

    /** A grant from another clock may seem to be of the future. */
    private static Grant endingAt(Grant grant, long end) {
        return Grant.ofEpochMillis(grant.login(), Math.min(grant.grantedAtMillis(), end), end);
    }

    private AddressGrants with(Grant grant, @Nullable AddressGrants held) {
        return held == null ? UserGrants.of(grant) : held.with(grant, limits.usersPerAddress(), evictions::addAndGet);
    }

    /** Takes in what an earlier table held of an address that is new to this one; that is no change to be told. */
    public void restore(ClientAddress address, List<Grant> kept) {
        AddressGrants restored = null;
        for (Grant grant : kept) {
            restored = with(grant, restored);
        }
        if (restored != null) {
            grants.restore(address, restored);
            makeRoom();
        }
    }

    /** Empties a new table, and gets it ready for the grants of so many addresses. */
    public void clear(int addresses) {
        grants.clear(addresses);
    }

    /** Forgets a grant as if it had never been recorded, unless it has changed since. */
    public void forget(Grant grant) {
        grants.remove(grant.address(), grant::equals);
    }

    /** See {@link org.popbeforesmtp.store.GrantStore#find}. */
    public List<Grant> find(ClientAddress address, long now) {
        AddressGrants held = grants.get(address);
        return held == null ? List.of() : held.activeAt(now);
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
        for (ClientAddress address : grants.all().keySet()) {
            revoked += remove(address, grant -> user.equals(grant.user().orElse(null)) && revokes(user, grant), now);
        }
        return revoked;
    }

    /** Covers a login too that seems to be of the future, by another clock. */
    private boolean revokes(Object addressOrUser, Grant grant) {
        revocations.merge(addressOrUser, grant.grantedAtMillis());
        return true;
    }

    /** Removes grants of an address, and tells how many of them were active. */
    private int remove(ClientAddress address, Predicate<Grant> leaves, long now) {
        List<Grant> removed = grants.remove(address, leaves);
        return (int)
                removed.stream().filter(grant -> now < grant.expiresAtMillis()).count();
    }

    /** The addresses that have grants, of which some may have ended. */
    public Stream<ClientAddress> addresses() {
        return grants.all().keySet().stream();
    }

    /** All active grants, in no order, as they are met. */
    public Stream<Grant> active(long now) {
        return grants.all().values().stream().flatMap(held -> held.activeAt(now).stream());
    }

    /** Frees the memory of ended grants. To be called some times a second, from one thread. */
    public void sweep(long now) {
        grants.sweep(now);
        revocations.forgetBefore(now);
        if (size() < limits.grants() - limits.grants() / 10) {
            warned.set(false);
        }
    }

    /** How many grants there are, counting some that ended since the last sweep. */
    public long size() {
        return grants.size();
    }

    /** How many grants made room for others since the start. */
    public long evictions() {
        return evictions.get();
    }

    public boolean isFull() {
        return size() >= limits.grants();
    }

    /** How many entries there are about when to look at which addresses. */
    long queued() {
        return grants.queued();
    }

    private void makeRoom() {
        while (size() > limits.grants()) {
            if (warned.compareAndSet(false, true)) {
                LOGGER.warn(
                        "The store is full: {} grants. The ones that end soonest make room for new ones; raise"
                                + " store.maxGrants",
                        limits.grants());
            }
            if (!grants.removeSoonest()) {
                return;
            }
            evictions.incrementAndGet();
        }
    }
}
