// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

/** Knows few hashes, so that many addresses share one. */
final class CrowdedHash implements AddressHash {

    private final SecretHash hash = new SecretHash();
    private final int hashes;

    CrowdedHash(int hashes) {
        this.hashes = hashes;
    }

    @Override
    public int of(long highBits, long lowBits) {
        return hash.of(highBits, lowBits) % hashes;
    }
}
