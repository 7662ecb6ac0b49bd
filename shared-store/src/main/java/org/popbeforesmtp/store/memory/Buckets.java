// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.address.ClientAddress;

/**
 * A hash table of entries by address: a fixed number of buckets, each the head of a chain that never changes. A change
 * puts another chain in its place, so that reading takes no lock, and nothing is ever copied to make the table larger.
 */
final class Buckets {

    private static final int FEWEST = 16;
    private static final int MOST = 1 << 24;
    private static final int LOCKS = 1024;

    private final AtomicReferenceArray<@Nullable Entry> heads;
    private final Object[] locks = new Object[LOCKS];
    private final int mask;

    /** Not known outside, so that nobody can choose addresses that all go to one bucket. */
    private final long secret = ThreadLocalRandom.current().nextLong();

    /**
     * An empty table.
     *
     * @param expected how many entries it holds at the most; a table with more works, only slower
     */
    Buckets(long expected) {
        int least = (int) Math.max(FEWEST, Math.min(MOST, expected));
        int count = Integer.highestOneBit(least - 1) << 1;
        heads = new AtomicReferenceArray<>(count);
        mask = count - 1;
        for (int i = 0; i < LOCKS; i++) {
            locks[i] = new Object();
        }
    }

    int count() {
        return heads.length();
    }

    /** The bucket of an address. */
    int of(ClientAddress address) {
        long hash = mixed(address.highBits() ^ secret) + address.lowBits();
        return (int) mixed(hash ^ Long.rotateLeft(secret, Integer.SIZE)) & mask;
    }

    /** As MurmurHash3 finishes. */
    private static long mixed(long bits) {
        long hash = (bits ^ (bits >>> 33)) * 0xFF51_AFD7_ED55_8CCDL;
        hash = (hash ^ (hash >>> 33)) * 0xC4CE_B9FE_1A85_EC53L;
        return hash ^ (hash >>> 33);
    }

    /** The chain of a bucket; null if it is empty. */
    @Nullable
    Entry get(int bucket) {
        return heads.get(bucket);
    }

    /**
     * Puts another chain in the place of a bucket's.
     *
     * @param change makes it from the chain there is, while no other thread changes the bucket; null stands for none
     */
    void update(int bucket, UnaryOperator<@Nullable Entry> change) {
        synchronized (locks[bucket & (LOCKS - 1)]) {
            Entry before = heads.get(bucket);
            Entry after = change.apply(before);
            if (after != before) {
                heads.set(bucket, after);
            }
        }
    }
}
