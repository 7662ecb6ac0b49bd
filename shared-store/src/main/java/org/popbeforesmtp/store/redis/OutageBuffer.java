// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.StoreLimits;
import org.popbeforesmtp.store.memory.GrantTable;

/** What this node has recorded and Redis does not know yet. Empty as long as nothing goes wrong. */
final class OutageBuffer {

    private final Clock clock;

    /** From logins that Redis missed. */
    private final GrantTable earned;

    /** From sessions whose login Redis knew. It may also know that they were revoked, and we would not. */
    private final GrantTable prolonged;

    OutageBuffer(StoreLimits limits, Clock clock) {
        this.clock = clock;
        this.earned = new GrantTable(limits, address -> {});
        this.prolonged = new GrantTable(limits, address -> {});
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
        return size() == 0
                ? List.of()
                : Stream.of(earned, prolonged)
                        .flatMap(table -> table.find(address, now()).stream())
                        .collect(Collectors.toList());
    }

    /** All active grants that are to be written to Redis. */
    Stream<Grant> unsaved() {
        return Stream.concat(earned.active(now()), prolonged.active(now()));
    }

    /** Forgets a grant that was written, unless it changed meanwhile. */
    void forget(Grant grant) {
        both(table -> table.forget(grant));
    }

    void revoke(ClientAddress address) {
        both(table -> table.revoke(address, now()));
    }

    void revokeUser(String user) {
        both(table -> table.revokeUser(user, now()));
    }

    /** Gives the memory of what has ended back. */
    void sweep() {
        both(table -> table.sweep(now()));
    }

    private void both(Consumer<GrantTable> change) {
        change.accept(earned);
        change.accept(prolonged);
    }

    long size() {
        return earned.size() + prolonged.size();
    }

    long evictions() {
        return earned.evictions() + prolonged.evictions();
    }

    private long now() {
        return clock.millis();
    }
}
