// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

import java.util.concurrent.ThreadLocalRandom;

/** Spreads addresses in a way not known outside, so that nobody can choose addresses that all go to one place. */
final class SecretHash implements AddressHash {

    private final long added = ThreadLocalRandom.current().nextLong();
    private final long factor = ThreadLocalRandom.current().nextLong() | 1;

    @Override
    public int of(long highBits, long lowBits) {
        return (int) (mixed(lowBits + (highBits ^ added) * factor) >>> (Long.SIZE - BITS));
    }

    /** As MurmurHash3 finishes. */
    private static long mixed(long bits) {
        long hash = (bits ^ (bits >>> 33)) * 0xFF51_AFD7_ED55_8CCDL;
        hash = (hash ^ (hash >>> 33)) * 0xC4CE_B9FE_1A85_EC53L;
        return hash ^ (hash >>> 33);
    }
}
