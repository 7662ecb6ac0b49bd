// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.memory.GrantTable;

/** What this node has recorded and Redis does not know yet. Empty as long as nothing goes wrong. */
final class Journal {

    /** As many as a store in memory holds by default; only a very long outage of a very large site comes near. */
    private static final long MOST = 1_000_000;

    /** So many bytes at most are under way to Redis that a write does not have to wait for it. */
    private static final int BATCH = 50;

    private final Clock clock;
    private final GrantTable table = new GrantTable(MOST, address -> {});
    private volatile long outageBegan;

    Journal(Clock clock) {
        this.clock = clock;
        this.outageBegan = clock.millis();
    }

    /** From now on Redis is not asked, until it has got what is recorded here. */
    void outageBegins() {
        if (isEmpty()) {
            outageBegan = now();
        }
    }

    Grant record(Login login, Lifetime lifetime) {
        return table.record(login, now(), lifetime);
    }

    Optional<Grant> renew(Grant grant, Lifetime lifetime) {
        Optional<Grant> later = unsaved(grant.address()).stream()
                .filter(other -> isSameHolder(other, grant) && other.grantedAt().isAfter(grant.grantedAt()))
                .findAny();
        Optional<Grant> renewed = table.renew(grant, now(), lifetime);
        if (renewed.isPresent() && later.isPresent()) {
            // The user has logged in again meanwhile: that login is the one to keep.
            return table.renew(later.get(), now(), lifetime).flatMap(kept -> renewed);
        }
        return renewed;
    }

    private static boolean isSameHolder(Grant one, Grant other) {
        return one.user().equals(other.user()) && one.encrypted() == other.encrypted();
    }

    /** The active grants of an address that are to be written to Redis. */
    List<Grant> unsaved(ClientAddress address) {
        return isEmpty() ? List.of() : table.find(address, now());
    }

    /**
     * Those of them that count while Redis cannot be asked: the user has logged in since then. What an older session
     * prolongs may have been revoked in the meantime, and nobody here would know.
     */
    List<Grant> earnedInOutage(ClientAddress address) {
        return unsaved(address).stream()
                .filter(grant -> grant.grantedAt().toEpochMilli() >= outageBegan)
                .collect(Collectors.toList());
    }

    void revoke(ClientAddress address) {
        table.revoke(address, now());
    }

    void revokeUser(String user) {
        table.revokeUser(user, now());
    }

    boolean isEmpty() {
        return table.size() == 0;
    }

    long size() {
        return table.size();
    }

    long evictions() {
        return table.evictions();
    }

    /** Hands all grants to a writer, some at a time, and forgets those that it has written. */
    void handOver(Consumer<List<Grant>> writer) {
        Iterator<Grant> grants = table.active(now()).iterator();
        List<Grant> batch = new ArrayList<>();
        while (grants.hasNext()) {
            batch.add(grants.next());
            if (batch.size() == BATCH || !grants.hasNext()) {
                handOver(batch, writer);
                batch.clear();
            }
        }
        table.sweep(now());
    }

    void handOver(List<Grant> grants, Consumer<List<Grant>> writer) {
        writer.accept(grants);
        grants.forEach(grant -> table.forget(grant, now()));
    }

    void sweep() {
        if (!isEmpty()) {
            table.sweep(now());
        }
    }

    private long now() {
        return clock.millis();
    }
}
