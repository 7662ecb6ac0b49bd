// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;

/**
 * One grant in the table, and the link to the next one of the same address. Immutable, and as small as it can be: with a
 * million addresses each field counts.
 */
final class Entry {

    private final @Nullable String user;
    private final Protocol protocol;
    private final boolean encrypted;
    private final long grantedAt;
    private final long expiresAt;
    private final @Nullable Entry next;

    private Entry(
            @Nullable String user,
            Protocol protocol,
            boolean encrypted,
            long grantedAt,
            long expiresAt,
            @Nullable Entry next) {
        this.user = user;
        this.protocol = protocol;
        this.encrypted = encrypted;
        this.grantedAt = grantedAt;
        this.expiresAt = expiresAt;
        this.next = next;
    }

    static Entry of(Login login, long grantedAt, long expiresAt) {
        return new Entry(login.user().orElse(null), login.protocol(), login.encrypted(), grantedAt, expiresAt, null);
    }

    Grant toGrant(ClientAddress address) {
        Login login = Login.remembered(address, user, protocol, encrypted);
        return Grant.ofEpochMillis(login, grantedAt, expiresAt);
    }

    boolean isActiveAt(long now) {
        return now < expiresAt;
    }

    boolean isOf(String name) {
        return name.equals(user);
    }

    /** Whether there is room for only one of the two at an address. */
    boolean isSameHolderAs(Entry other) {
        return encrypted == other.encrypted && (user == null ? other.user == null : user.equals(other.user));
    }

    long grantedAt() {
        return grantedAt;
    }

    long expiresAt() {
        return expiresAt;
    }

    @Nullable
    Entry next() {
        return next;
    }

    Entry withNext(@Nullable Entry other) {
        return other == next ? this : new Entry(user, protocol, encrypted, grantedAt, expiresAt, other);
    }

    Entry expiringAt(long end) {
        return new Entry(user, protocol, encrypted, grantedAt, end, next);
    }

    static int count(@Nullable Entry first) {
        int count = 0;
        for (Entry entry = first; entry != null; entry = entry.next) {
            count++;
        }
        return count;
    }

    /** What is left of a chain without the entries that a condition names. */
    static @Nullable Entry without(@Nullable Entry first, Predicate<Entry> condition) {
        Entry kept = null;
        for (Entry entry = first; entry != null; entry = entry.next) {
            if (!condition.test(entry)) {
                kept = entry.withNext(kept);
            }
        }
        return kept;
    }

    /** The entry of a chain that ends first. */
    static Entry soonest(Entry first) {
        Entry soonest = first;
        for (Entry entry = first.next; entry != null; entry = entry.next) {
            if (entry.expiresAt < soonest.expiresAt) {
                soonest = entry;
            }
        }
        return soonest;
    }
}
