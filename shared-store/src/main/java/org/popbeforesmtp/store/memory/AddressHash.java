// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

/** Tells where in a table an address belongs. */
interface AddressHash {

    /** How many bits a hash has; none of them is the sign. */
    int BITS = Integer.SIZE - 1;

    /** The hash of the address with these bits. */
    int of(long highBits, long lowBits);
}
