// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

/** Knows few hashes, so that many addresses share one. */
final class CrowdedHash extends SecretHash {

    private final int hashes;

    CrowdedHash(int hashes) {
        this.hashes = hashes;
    }

    @Override
    int of(long highBits, long lowBits) {
        return super.of(highBits, lowBits) % hashes;
    }
}
