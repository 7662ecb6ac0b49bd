// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store;

import java.util.function.IntSupplier;

/**
 * How much a store keeps at most, so that neither a busy site nor one crowded address costs more than was planned for.
 * What ends soonest makes room.
 */
public final class StoreLimits {

    /** How many users of one address are kept where an address may have any number. */
    public static final int MANY_USERS = 1_000;

    private final long grants;
    private final IntSupplier usersPerAddress;

    private StoreLimits(long grants, IntSupplier usersPerAddress) {
        this.grants = grants;
        this.usersPerAddress = usersPerAddress;
    }

    /**
     * Limits.
     *
     * @param grants how many grants in all
     * @param usersPerAddress how many different users at one address; asked each time, as it may change while the store is
     *     open
     */
    public static StoreLimits of(long grants, IntSupplier usersPerAddress) {
        return new StoreLimits(grants, usersPerAddress);
    }

    public long grants() {
        return grants;
    }

    /** With one more user at an address, the user whose grants there end soonest makes room. */
    public int usersPerAddress() {
        return usersPerAddress.getAsInt();
    }
}
