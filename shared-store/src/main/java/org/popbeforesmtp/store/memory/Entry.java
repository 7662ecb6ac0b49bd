// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;

/**
 * One grant in the table, and the link to the next one in its bucket. Immutable, and all in one object: what a look-up
 * costs is the places in memory that it has to go to.
 */
final class Entry {

    private final long highBits;
    private final long lowBits;
    private final long grantedAt;
    private final long expiresAt;
    private final @Nullable String user;
    private final Protocol protocol;
    private final boolean encrypted;
    private final @Nullable Entry next;

    private Entry(
            long highBits,
            long lowBits,
            long grantedAt,
            long expiresAt,
            @Nullable String user,
            Protocol protocol,
            boolean encrypted,
            @Nullable Entry next) {
        this.highBits = highBits;
        this.lowBits = lowBits;
        this.grantedAt = grantedAt;
        this.expiresAt = expiresAt;
        this.user = user;
        this.protocol = protocol;
        this.encrypted = encrypted;
        this.next = next;
    }

    static Entry of(Login login, long grantedAt, long expiresAt) {
        return new Entry(
                login.address().highBits(),
                login.address().lowBits(),
                grantedAt,
                expiresAt,
                login.user().orElse(null),
                login.protocol(),
                login.encrypted(),
                null);
    }

    Grant toGrant() {
        Login login = Login.remembered(address(), user, protocol, encrypted);
        return Grant.ofEpochMillis(login, grantedAt, expiresAt);
    }

    ClientAddress address() {
        return ClientAddress.ofBits(highBits, lowBits);
    }

    boolean isAt(ClientAddress address) {
        return lowBits == address.lowBits() && highBits == address.highBits();
    }

    boolean isActiveAt(long now) {
        return now < expiresAt;
    }

    boolean isOf(String name) {
        return name.equals(user);
    }

    /** Whether there is room for only one of the two at their address. */
    boolean isSameHolderAs(Entry other) {
        return lowBits == other.lowBits
                && highBits == other.highBits
                && encrypted == other.encrypted
                && (user == null ? other.user == null : user.equals(other.user));
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

    Entry expiringAt(long end) {
        return new Entry(highBits, lowBits, grantedAt, end, user, protocol, encrypted, next);
    }

    Entry withNext(@Nullable Entry other) {
        return other == next
                ? this
                : new Entry(highBits, lowBits, grantedAt, expiresAt, user, protocol, encrypted, other);
    }

    /** The first entry of an address in a chain. */
    static @Nullable Entry firstAt(ClientAddress address, @Nullable Entry chain) {
        Entry entry = chain;
        while (entry != null && !entry.isAt(address)) {
            entry = entry.next;
        }
        return entry;
    }

    /**
     * What is left of a chain without the entries that a condition names.
     *
     * @param removed these are added to it
     */
    static @Nullable Entry without(@Nullable Entry chain, Predicate<Entry> condition, List<Entry> removed) {
        Entry kept = null;
        int before = removed.size();
        for (Entry entry = chain; entry != null; entry = entry.next) {
            if (condition.test(entry)) {
                removed.add(entry);
            } else {
                kept = entry.withNext(kept);
            }
        }
        return removed.size() == before ? chain : kept;
    }

    /** The entry of a chain that ends first. */
    static Entry soonest(Entry chain) {
        Entry soonest = chain;
        for (Entry entry = chain.next; entry != null; entry = entry.next) {
            if (entry.expiresAt < soonest.expiresAt) {
                soonest = entry;
            }
        }
        return soonest;
    }

    /** The entries of a chain in turn. */
    static Stream<Entry> stream(@Nullable Entry chain) {
        return Stream.iterate(chain, Objects::nonNull, Entry::next);
    }
}
