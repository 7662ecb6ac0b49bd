// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Login;

/**
 * A hash table that holds the parts of its grants in arrays. What a look-up among millions costs is the places in memory
 * that it has to go to one after the other; here that is one, where objects would lead from one to the next.
 *
 * <p>A grant lies in the slot that its address hashes to, or in the first free one after it (linear probing). One thread
 * at a time may change the table; any number may look meanwhile, and wait for nobody: a slot belongs to one user at one
 * address forever, and a new table takes the place of one with too few free slots, or too many whose grants are gone.
 */
final class Slots {

    private static final VarHandle NUMBER = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int FEWEST = 4;

    private static final int NUMBERS = 4;
    private static final int HIGH_BITS = 0;
    private static final int LOW_BITS = 1;
    private static final int EXPIRES_AT = 2;

    /** Zero if the slot is free; else when it was granted, and below it the protocol's number and four flags. */
    private static final int STATE = 3;

    private static final int TAKEN = 1;
    private static final int LIVE = 2;
    private static final int ENCRYPTED = 4;

    /** A slot behind this one may hold another grant of its address. */
    private static final int FOLLOWED = 8;

    private static final int FLAGS = 4;
    private static final int BELOW_GRANTED_AT = FLAGS + ProtocolNumbers.BITS;

    private final AddressHash hash;
    private final ProtocolNumbers protocols;
    private final int mask;
    private final long[] numbers;
    private final @Nullable String[] users;
    private int taken;
    private int live;

    /** A small table. */
    Slots(AddressHash hash, ProtocolNumbers protocols) {
        this(hash, protocols, FEWEST);
    }

    private Slots(AddressHash hash, ProtocolNumbers protocols, int count) {
        this.hash = hash;
        this.protocols = protocols;
        mask = count - 1;
        numbers = new long[count * NUMBERS];
        users = new @Nullable String[count];
    }

    /** How many slots there are, free ones included. */
    int count() {
        return mask + 1;
    }

    /**
     * The active grants of an address.
     *
     * @param clock tells the time in milliseconds since the epoch; not asked if the address holds nothing, as reading a
     *     clock would cost more than the rest
     */
    List<Grant> find(int addressHash, ClientAddress address, LongSupplier clock) {
        int slot = home(addressHash);
        for (long state = state(slot); state != 0; state = state(slot)) {
            if (isLive(state) && isAt(slot, address)) {
                // All is fetched before the clock is read, as a processor does nothing else meanwhile.
                String user = users[slot];
                long expiresAt = expiresAt(slot);
                long now = clock.getAsLong();
                if ((state & FOLLOWED) != 0) {
                    return findFrom(slot, address, now);
                }
                return now < expiresAt ? List.of(grant(address, user, state, expiresAt)) : List.of();
            }
            slot = after(slot);
        }
        return List.of();
    }

    private List<Grant> findFrom(int first, ClientAddress address, long now) {
        List<Grant> found = new ArrayList<>();
        int slot = first;
        for (long state = state(slot); state != 0; state = state(slot)) {
            if (isLive(state) && isAt(slot, address) && now < expiresAt(slot)) {
                found.add(grant(slot, state, address));
            }
            slot = after(slot);
        }
        return found;
    }

    /** All grants, ended or not. */
    List<Grant> all() {
        List<Grant> all = new ArrayList<>();
        for (int slot = 0; slot <= mask; slot++) {
            long state = state(slot);
            if (isLive(state)) {
                all.add(grant(slot, state, address(slot)));
            }
        }
        return all;
    }

    /** The grants of all addresses with a hash, ended or not. */
    List<Grant> get(int addressHash) {
        List<Grant> found = new ArrayList<>(1);
        int slot = home(addressHash);
        for (long state = state(slot); state != 0; state = state(slot)) {
            if (isLive(state) && hashAt(slot) == addressHash) {
                found.add(grant(slot, state, address(slot)));
            }
            slot = after(slot);
        }
        return found;
    }

    /**
     * Puts grants in the place of those that {@link #get} found, one at the most for each holder.
     *
     * @return the table to use from now on: this one, or a new one
     */
    Slots with(int addressHash, List<Grant> grants) {
        // Most are taken from its begin, in the order in which they lie here.
        Deque<Grant> left = new ArrayDeque<>(grants);
        int slot = home(addressHash);
        for (long state = state(slot); state != 0; state = state(slot)) {
            if (isLive(state) && hashAt(slot) == addressHash) {
                Grant same = takeOfSameHolder(left, grant(slot, state, address(slot)));
                if (same == null) {
                    state(slot, TAKEN);
                    live--;
                } else {
                    NUMBER.setOpaque(numbers, index(slot, EXPIRES_AT), same.expiresAtMillis());
                    state(slot, stateOf(same) | (state & FOLLOWED));
                }
            }
            slot = after(slot);
        }
        Slots slots = this;
        for (Grant grant : left) {
            slots = slots.isRoomy() ? slots : slots.copied();
            slots.add(
                    addressHash,
                    grant.address(),
                    grant.expiresAtMillis(),
                    stateOf(grant),
                    grant.user().orElse(null));
        }
        return slots.isWasteful() ? slots.copied() : slots;
    }

    private static @Nullable Grant takeOfSameHolder(Deque<Grant> grants, Grant held) {
        for (Iterator<Grant> each = grants.iterator(); each.hasNext(); ) {
            Grant grant = each.next();
            if (grant.hasSameHolderAs(held)) {
                each.remove();
                return grant;
            }
        }
        return null;
    }

    private boolean isRoomy() {
        return taken < count() / 4 * 3;
    }

    private boolean isWasteful() {
        return live * 2 < taken && count() > FEWEST;
    }

    /** A new table with what lives, and room for as much again. */
    private Slots copied() {
        int count = FEWEST;
        while (live * 8 > count * 3) {
            count *= 2;
        }
        Slots copy = new Slots(hash, protocols, count);
        for (int slot = 0; slot <= mask; slot++) {
            long state = state(slot);
            if (isLive(state)) {
                copy.add(hashAt(slot), address(slot), expiresAt(slot), state & ~FOLLOWED, users[slot]);
            }
        }
        return copy;
    }

    private void add(int addressHash, ClientAddress address, long expiresAt, long state, @Nullable String user) {
        int slot = home(addressHash);
        int last = -1;
        for (; state(slot) != 0; slot = after(slot)) {
            last = isLive(state(slot)) && hashAt(slot) == addressHash ? slot : last;
        }
        numbers[index(slot, HIGH_BITS)] = address.highBits();
        numbers[index(slot, LOW_BITS)] = address.lowBits();
        numbers[index(slot, EXPIRES_AT)] = expiresAt;
        users[slot] = user;
        state(slot, state);
        if (last >= 0) {
            state(last, state(last) | FOLLOWED);
        }
        taken++;
        live++;
    }

    private long stateOf(Grant grant) {
        long protocol = protocols.of(grant.protocol());
        return grant.grantedAtMillis() << BELOW_GRANTED_AT
                | protocol << FLAGS
                | (grant.encrypted() ? ENCRYPTED : 0)
                | LIVE
                | TAKEN;
    }

    private Grant grant(int slot, long state, ClientAddress address) {
        return grant(address, users[slot], state, expiresAt(slot));
    }

    private Grant grant(ClientAddress address, @Nullable String user, long state, long expiresAt) {
        int protocol = (int) (state >> FLAGS) & ((1 << ProtocolNumbers.BITS) - 1);
        Login login = Login.remembered(address, user, protocols.get(protocol), isEncrypted(state));
        // The end may already be that of a later login, whose begin is about to be written.
        return Grant.ofEpochMillis(login, Math.min(state >> BELOW_GRANTED_AT, expiresAt), expiresAt);
    }

    private static boolean isLive(long state) {
        return (state & LIVE) != 0;
    }

    private static boolean isEncrypted(long state) {
        return (state & ENCRYPTED) != 0;
    }

    private boolean isAt(int slot, ClientAddress address) {
        return numbers[index(slot, LOW_BITS)] == address.lowBits()
                && numbers[index(slot, HIGH_BITS)] == address.highBits();
    }

    private ClientAddress address(int slot) {
        return ClientAddress.ofBits(numbers[index(slot, HIGH_BITS)], numbers[index(slot, LOW_BITS)]);
    }

    private int hashAt(int slot) {
        return hash.of(numbers[index(slot, HIGH_BITS)], numbers[index(slot, LOW_BITS)]);
    }

    private long expiresAt(int slot) {
        return (long) NUMBER.getOpaque(numbers, index(slot, EXPIRES_AT));
    }

    /** To be read before the other parts of a slot, which then are at least as new. */
    private long state(int slot) {
        return (long) NUMBER.getAcquire(numbers, index(slot, STATE));
    }

    /** To be written after the other parts of a slot. */
    private void state(int slot, long state) {
        NUMBER.setRelease(numbers, index(slot, STATE), state);
    }

    private static int index(int slot, int which) {
        return slot * NUMBERS + which;
    }

    private int home(int addressHash) {
        return addressHash & mask;
    }

    private int after(int slot) {
        return (slot + 1) & mask;
    }
}
