// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.benchmarks;

import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Login;

/**
 * The practical limit: two arrays that never grow and that nobody may read while they change, one place in memory to go
 * to, and the clock, because ends are exact. What it finds it hands out without looking at it.
 */
final class Primitives implements AddressContestant {

    private static final int NUMBERS = 3;
    private static final int HIGH = 0;
    private static final int LOW = 1;
    private static final int END = 2;

    private final Clock clock = Clock.systemUTC();
    private final int mask;
    private final long[] numbers;
    private final @Nullable Grant[] grants;
    private int size;

    /** Room for so many grants, and as much again. */
    Primitives(int most) {
        int slots = Integer.highestOneBit(Math.max(1, most)) << 2;
        mask = slots - 1;
        numbers = new long[slots * NUMBERS];
        grants = new @Nullable Grant[slots];
    }

    @Override
    public synchronized void record(Login login) {
        int slot = slotOf(login.address());
        Grant grant = Grant.issue(login, clock.instant(), LIFETIME);
        size += grants[slot] == null ? 1 : 0;
        grants[slot] = grant;
        numbers[slot * NUMBERS + HIGH] = login.address().highBits();
        numbers[slot * NUMBERS + LOW] = login.address().lowBits();
        numbers[slot * NUMBERS + END] = grant.expiresAt().toEpochMilli();
    }

    @Override
    public @Nullable Grant find(ClientAddress address) {
        int slot = slotOf(address);
        long end = numbers[slot * NUMBERS + END];
        return end != 0 && clock.millis() < end ? grants[slot] : null;
    }

    /** The slot of an address, or the free one that would be its. */
    private int slotOf(ClientAddress address) {
        int slot = address.hashCode() & mask;
        while (numbers[slot * NUMBERS + END] != 0
                && (numbers[slot * NUMBERS + LOW] != address.lowBits()
                        || numbers[slot * NUMBERS + HIGH] != address.highBits())) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    @Override
    public synchronized void endAll() {
        for (int slot = 0; slot <= mask; slot++) {
            numbers[slot * NUMBERS + END] = 0;
            grants[slot] = null;
        }
        size = 0;
    }

    @Override
    public synchronized long size() {
        return size;
    }

    @Override
    public void close() {
        endAll();
    }
}
