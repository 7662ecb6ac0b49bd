// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;

/**
 * The grants of many addresses, for many threads. Looking up waits for nobody. A change waits for others in the same
 * segment only, while a few thousand grants are copied at the most, as each segment has a table of its own.
 */
final class Segments {

    private static final int FEWEST = 64;
    private static final int MOST = 8192;
    private static final int GRANTS_PER_SEGMENT = 4096;

    private final AddressHash hash;
    private final int shift;
    private final Object[] locks;
    private final AtomicReferenceArray<Slots> segments;

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
        locks = Stream.generate(Object::new).limit(count).toArray();
        segments = new AtomicReferenceArray<>(
                Stream.generate(() -> new Slots(hash, protocols)).limit(count).toArray(Slots[]::new));
    }

    /** The hash of an address, by which its grants can be changed. */
    int hashOf(ClientAddress address) {
        return hash.of(address.highBits(), address.lowBits());
    }

    /**
     * The active grants of an address.
     *
     * @param clock tells the time in milliseconds since the epoch; not asked if the address holds nothing
     */
    List<Grant> find(ClientAddress address, LongSupplier clock) {
        int addressHash = hashOf(address);
        return segments.getAcquire(addressHash >>> shift).find(addressHash, address, clock);
    }

    /**
     * Changes the grants of all addresses with a hash.
     *
     * @param change makes the new ones from those there are, while no other thread changes them; returns the same list if
     *     nothing is to change
     */
    void update(int addressHash, UnaryOperator<List<Grant>> change) {
        int segment = addressHash >>> shift;
        synchronized (locks[segment]) {
            Slots slots = segments.get(segment);
            List<Grant> before = slots.get(addressHash);
            List<Grant> after = change.apply(before);
            if (after != before) {
                segments.setRelease(segment, slots.with(addressHash, after));
            }
        }
    }

    /** All grants, ended or not, segment by segment. What changes meanwhile is in it or not. */
    Stream<Grant> stream() {
        return IntStream.range(0, segments.length()).mapToObj(this::allOf).flatMap(List::stream);
    }

    private List<Grant> allOf(int segment) {
        synchronized (locks[segment]) {
            return segments.get(segment).all();
        }
    }
}
