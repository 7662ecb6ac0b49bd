// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.StoreLimits;
import org.popbeforesmtp.store.StoreUnavailableException;
import org.popbeforesmtp.store.memory.GrantTable;

/** What this node has recorded and Redis does not know yet. Empty as long as nothing goes wrong. */
final class Journal {

    /** As many as a store in memory holds by default; only a very long outage of a very large site comes near. */
    private static final StoreLimits MOST = StoreLimits.ofGrants(1_000_000);

    /** So many bytes at most are under way to Redis that a write does not have to wait for it. */
    private static final int BATCH = 50;

    private final Clock clock;

    /** From logins that Redis missed. */
    private final GrantTable earned = new GrantTable(MOST, address -> {});

    /** From sessions whose login Redis knew. It may also know that they were revoked, and we would not. */
    private final GrantTable prolonged = new GrantTable(MOST, address -> {});

    Journal(Clock clock) {
        this.clock = clock;
    }

    Grant record(Login login, Lifetime lifetime) {
        return earned.record(login, now(), lifetime);
    }

    Optional<Grant> renew(Grant grant, Duration fromNow) {
        boolean isEarned = earned(grant.address()).stream().anyMatch(other -> isOfTheSameLogin(other, grant));
        return (isEarned ? earned : prolonged).renew(grant, now(), fromNow);
    }

    private static boolean isOfTheSameLogin(Grant one, Grant other) {
        return one.login().equals(other.login()) && one.grantedAt().equals(other.grantedAt());
    }

    /** The active grants of an address that count while Redis cannot be asked. */
    List<Grant> earned(ClientAddress address) {
        return earned.find(address, now());
    }

    /** The active grants of an address that are to be written to Redis. */
    List<Grant> unsaved(ClientAddress address) {
        if (isEmpty()) {
            return List.of();
        }
        List<Grant> unsaved = new ArrayList<>(earned(address));
        unsaved.addAll(prolonged.find(address, now()));
        return unsaved;
    }

    void revoke(ClientAddress address) {
        earned.revoke(address, now());
        prolonged.revoke(address, now());
    }

    void revokeUser(String user) {
        earned.revokeUser(user, now());
        prolonged.revokeUser(user, now());
    }

    boolean isEmpty() {
        return size() == 0;
    }

    long size() {
        return earned.size() + prolonged.size();
    }

    long evictions() {
        return earned.evictions() + prolonged.evictions();
    }

    /**
     * Hands all grants to a writer, some at a time, and forgets those that it has written.
     *
     * @throws StoreUnavailableException if Redis refused some; the others have been written all the same
     */
    void handOver(Consumer<List<Grant>> writer) {
        Optional<StoreUnavailableException> refusal = Optional.empty();
        Iterator<Grant> grants =
                Stream.concat(earned.active(now()), prolonged.active(now())).iterator();
        List<Grant> batch = new ArrayList<>();
        while (grants.hasNext()) {
            batch.add(grants.next());
            if (batch.size() == BATCH || !grants.hasNext()) {
                try {
                    handOver(batch, writer);
                } catch (StoreUnavailableException e) {
                    refusal = Optional.of(e);
                }
                batch.clear();
            }
        }
        if (refusal.isPresent()) {
            throw refusal.get();
        }
    }

    /** Hands these grants to a writer, and forgets them, unless they changed while it wrote. */
    void handOver(List<Grant> grants, Consumer<List<Grant>> writer) {
        writer.accept(grants);
        for (Grant grant : grants) {
            earned.forget(grant, now());
            prolonged.forget(grant, now());
        }
    }

    /** Gives the memory of what has ended back. */
    void sweep() {
        earned.sweep(now());
        prolonged.sweep(now());
    }

    private long now() {
        return clock.millis();
    }
}
