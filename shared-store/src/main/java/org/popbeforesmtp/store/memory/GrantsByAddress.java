// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;

/**
 * The grants by address, and the addresses in the order in which their grants end, so that what has ended can be removed and
 * what ends soonest can make room.
 */
final class GrantsByAddress {

    /** After so many renewed grants, whoever needs room gets that of the next one. */
    private static final int PATIENCE = 64;

    private static final int SWEPT_AT_A_TIME = 10_000;

    private volatile Map<ClientAddress, AddressGrants> grants = new ConcurrentHashMap<>();

    /** Has an entry no later than the first end of each address. */
    private final ExpiryQueue expiries = new ExpiryQueue();

    private final AtomicLong size = new AtomicLong();
    private final Consumer<ClientAddress> changed;

    GrantsByAddress(Consumer<ClientAddress> changed) {
        this.changed = changed;
    }

    @Nullable
    AddressGrants get(ClientAddress address) {
        return grants.get(address);
    }

    Map<ClientAddress, AddressGrants> all() {
        return grants;
    }

    /** How many grants there are, counting some that ended since the last sweep. */
    long size() {
        return size.get();
    }

    /** How many entries there are about when to look at which addresses. */
    long queued() {
        return expiries.size();
    }

    /** Removes everything, and gets ready for so many addresses at once, which is faster than to grow with them. */
    void clear(int addresses) {
        grants = new ConcurrentHashMap<>(addresses);
        expiries.clear();
        size.set(0);
    }

    /** Takes in the grants of an address that has none yet; nobody is notified. Faster than {@link #change}. */
    void restore(ClientAddress address, AddressGrants restored) {
        AddressGrants before = grants.put(address, restored);
        size.addAndGet(restored.size() - (before == null ? 0 : before.size()));
        queue(address, restored);
    }

    /** Changes the grants of an address, which are null if there are none, while nobody else does. */
    void change(ClientAddress address, UnaryOperator<@Nullable AddressGrants> change) {
        boolean[] isChanged = new boolean[1];
        grants.compute(address, (key, before) -> {
            AddressGrants after = change.apply(before);
            isChanged[0] = after != before;
            size.addAndGet((after == null ? 0 : after.size()) - (before == null ? 0 : before.size()));
            if (after != null && (before == null || after.firstEnd() < before.firstEnd())) {
                queue(address, after);
            }
            return after;
        });
        if (isChanged[0]) {
            changed.accept(address);
        }
    }

    /** Removes some grants of an address, and returns them. */
    List<Grant> remove(ClientAddress address, Predicate<Grant> leaves) {
        List<Grant> removed = new ArrayList<>();
        change(address, held -> held == null ? null : held.without(grant -> leaves.test(grant) && removed.add(grant)));
        return removed;
    }

    /** Removes grants that have ended, of so many addresses at a time that no other thread waits long for the processor. */
    void sweep(long now) {
        // An address may be due several times, after logins with different lifetimes; one entry stays.
        Set<ClientAddress> swept = new HashSet<>();
        for (int i = 0; i < SWEPT_AT_A_TIME; i++) {
            ExpiryQueue.Entry due = expiries.takeUpTo(ExpiryQueue.secondOf(now) - 1);
            if (due == null) {
                break;
            }
            remove(due.address, grant -> grant.expiresAtMillis() <= now);
            if (swept.add(due.address)) {
                queueAgain(due.address);
            }
        }
    }

    /** Removes the grant that ends soonest, to the second; whether there was one. */
    boolean removeSoonest() {
        boolean isRemoved = false;
        // An entry is taken only once it is needed: the grant of one that is taken for nothing would never be swept.
        for (int tries = 1; !isRemoved; tries++) {
            ExpiryQueue.Entry first = expiries.takeUpTo(Long.MAX_VALUE);
            if (first == null) {
                return false;
            }
            AddressGrants held = grants.get(first.address);
            if (held != null && (tries > PATIENCE || ExpiryQueue.secondOf(held.firstEnd()) <= first.second)) {
                isRemoved = !remove(first.address, held.soonest()::equals).isEmpty();
            }
            queueAgain(first.address);
        }
        return true;
    }

    private void queueAgain(ClientAddress address) {
        grants.computeIfPresent(address, (key, held) -> {
            queue(address, held);
            return held;
        });
    }

    private void queue(ClientAddress address, AddressGrants held) {
        expiries.add(ExpiryQueue.secondOf(held.firstEnd()), address);
    }
}
