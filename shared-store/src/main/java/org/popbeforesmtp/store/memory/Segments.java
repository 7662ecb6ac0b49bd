// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

import java.util.List;
import java.util.concurrent.locks.StampedLock;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;

/**
 * The grants of many addresses, for many threads. Each segment has a lock, and a table that grows and shrinks by itself:
 * whoever waits, waits while a few thousand grants are moved at the most. Looking up takes no lock, but sees afterwards
 * whether it was disturbed.
 */
final class Segments {

    /** Enough that two threads seldom meet. */
    private static final int FEWEST = 256;

    private static final int MOST = 8192;
    private static final int GRANTS_PER_SEGMENT = 4096;
    private static final int SPINS = 100;

    private final AddressHash hash;
    private final int shift;
    private final StampedLock[] locks;
    private final Slots[] segments;

    /**
     * No grants.
     *
     * @param expected how many grants there will be at the most; with more it works, only with longer waits
     */
    Segments(long expected, AddressHash hash) {
        this.hash = hash;
        ProtocolNumbers protocols = new ProtocolNumbers();
        long least = Math.max(FEWEST, Math.min(MOST, expected / GRANTS_PER_SEGMENT));
        int count = Integer.highestOneBit((int) least - 1) << 1;
        shift = AddressHash.BITS - Integer.numberOfTrailingZeros(count);
        locks = Stream.generate(StampedLock::new).limit(count).toArray(StampedLock[]::new);
        segments =
                Stream.generate(() -> new Slots(hash, protocols)).limit(count).toArray(Slots[]::new);
    }

    /** The hash of an address, by which its grants can be changed. */
    int hashOf(ClientAddress address) {
        return hash.of(address.highBits(), address.lowBits());
    }

    /**
     * The active grants of an address.
     *
     * @param clock tells the time in milliseconds since the epoch; not asked if the address holds nothing, as reading a
     *     clock would cost more than the rest
     */
    List<Grant> find(ClientAddress address, LongSupplier clock) {
        int addressHash = hashOf(address);
        int segment = addressHash >>> shift;
        StampedLock lock = locks[segment];
        long stamp = lock.tryOptimisticRead();
        Slots slots = segments[segment];
        int slot = slots.find(addressHash, address);
        if (slot == Slots.NONE) {
            if (lock.validate(stamp)) {
                return List.of();
            }
        } else if (!slots.isFollowed(slot)) {
            String user = slots.user(slot);
            long expiresAt = slots.expiresAt(slot);
            long grantedAtAndHow = slots.grantedAtAndHow(slot);
            if (lock.validate(stamp)) {
                return clock.getAsLong() < expiresAt
                        ? List.of(slots.grant(address, user, expiresAt, grantedAtAndHow))
                        : List.of();
            }
        }
        return findUndisturbed(segment, addressHash, address, clock);
    }

    private List<Grant> findUndisturbed(int segment, int addressHash, ClientAddress address, LongSupplier clock) {
        long stamp = locks[segment].readLock();
        try {
            List<Grant> found = segments[segment].get(addressHash);
            long now = clock.getAsLong();
            found.removeIf(grant -> !grant.address().equals(address) || now >= grant.expiresAtMillis());
            return found;
        } finally {
            locks[segment].unlockRead(stamp);
        }
    }

    /**
     * Changes the grants of all addresses with a hash.
     *
     * @param change makes the new ones from those there are, while no other thread changes them; returns the same list if
     *     nothing is to change
     */
    void update(int addressHash, UnaryOperator<List<Grant>> change) {
        int segment = addressHash >>> shift;
        long stamp = writeLock(locks[segment]);
        try {
            List<Grant> before = segments[segment].get(addressHash);
            List<Grant> after = change.apply(before);
            if (after != before) {
                segments[segment] = segments[segment].with(addressHash, after);
            }
        } finally {
            locks[segment].unlockWrite(stamp);
        }
    }

    /** Waits awake at first, as another thread is done sooner than this one could fall asleep. */
    private static long writeLock(StampedLock lock) {
        for (int i = 0; i < SPINS; i++) {
            long stamp = lock.tryWriteLock();
            if (stamp != 0) {
                return stamp;
            }
            Thread.onSpinWait();
        }
        return lock.writeLock();
    }

    /** All grants, segment by segment. What changes meanwhile is in it or not. */
    Stream<Grant> stream() {
        return IntStream.range(0, segments.length).mapToObj(this::allOf).flatMap(List::stream);
    }

    private List<Grant> allOf(int segment) {
        long stamp = locks[segment].readLock();
        try {
            return segments[segment].all();
        } finally {
            locks[segment].unlockRead(stamp);
        }
    }
}
