// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Login;

/**
 * A hash table that holds the parts of its grants in arrays. What a look-up among millions costs is the places in memory
 * that it has to go to one after the other; here that is one, where objects would lead from one to the next.
 *
 * <p>A grant lies in the slot that its address hashes to, or in the first free one after it (linear probing). For one
 * thread at a time. Another one may look while it changes, but must not believe what it sees; it meets no exception and
 * no endless loop, as no array ever changes its length and a quarter of the slots is always free.
 */
final class Slots {

    /** No slot. */
    static final int NONE = -1;

    private static final int FEWEST = 4;

    private static final int NUMBERS = 4;
    private static final int HIGH_BITS = 0;
    private static final int LOW_BITS = 1;
    private static final int EXPIRES_AT = 2;

    /** When it was granted, and below it the protocol's number and three flags. */
    private static final int GRANTED_AT = 3;

    private static final int TAKEN = 1;
    private static final int ENCRYPTED = 2;

    /** A slot behind this one holds a grant with the same hash. */
    private static final int FOLLOWED = 4;

    private static final int FLAGS = 3;
    private static final int BELOW_GRANTED_AT = FLAGS + ProtocolNumbers.BITS;

    private final AddressHash hash;
    private final ProtocolNumbers protocols;
    private final int mask;
    private final long[] numbers;
    private final @Nullable String[] users;
    private int size;

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

    /** The first slot with a grant of an address, or {@link #NONE}. */
    int find(int addressHash, ClientAddress address) {
        for (int slot = home(addressHash); isTaken(slot); slot = after(slot)) {
            if (number(slot, LOW_BITS) == address.lowBits() && number(slot, HIGH_BITS) == address.highBits()) {
                return slot;
            }
        }
        return NONE;
    }

    /** Whether there may be more grants of the address of a slot. */
    boolean isFollowed(int slot) {
        return has(FOLLOWED, slot);
    }

    long expiresAt(int slot) {
        return number(slot, EXPIRES_AT);
    }

    /** When the grant of a slot was granted and how, for {@link #grant(ClientAddress, String, long, long)}. */
    long grantedAtAndHow(int slot) {
        return number(slot, GRANTED_AT);
    }

    @Nullable
    String user(int slot) {
        return users[slot];
    }

    /** A grant of which the parts were read before. */
    Grant grant(ClientAddress address, @Nullable String user, long expiresAt, long grantedAtAndHow) {
        int protocol = (int) (grantedAtAndHow >> FLAGS) & ((1 << ProtocolNumbers.BITS) - 1);
        Login login = Login.remembered(address, user, protocols.get(protocol), (grantedAtAndHow & ENCRYPTED) != 0);
        return Grant.ofEpochMillis(login, grantedAtAndHow >> BELOW_GRANTED_AT, expiresAt);
    }

    /** All grants. */
    List<Grant> all() {
        List<Grant> all = new ArrayList<>(size);
        for (int slot = 0; slot <= mask; slot++) {
            if (isTaken(slot)) {
                all.add(grant(slot));
            }
        }
        return all;
    }

    /** The grants of all addresses with a hash. */
    List<Grant> get(int addressHash) {
        List<Grant> found = new ArrayList<>(1);
        for (int slot = home(addressHash); isTaken(slot); slot = after(slot)) {
            if (hashAt(slot) == addressHash) {
                found.add(grant(slot));
            }
        }
        return found;
    }

    /**
     * Puts grants in the place of those that {@link #get} found.
     *
     * @return the table to use from now on: this one, or one with another number of slots
     */
    Slots with(int addressHash, List<Grant> grants) {
        Iterator<Grant> left = grants.iterator();
        int slot = home(addressHash);
        while (isTaken(slot)) {
            if (hashAt(slot) != addressHash) {
                slot = after(slot);
            } else if (left.hasNext()) {
                put(slot, left.next(), left.hasNext());
                slot = after(slot);
            } else {
                // What lay behind it may lie here now.
                free(slot);
            }
        }
        Slots slots = this;
        while (left.hasNext()) {
            slots = slots.withRoom();
            slots.put(slots.firstFree(addressHash), left.next(), left.hasNext());
            slots.size++;
        }
        return slots.withoutWaste();
    }

    private Slots withRoom() {
        return size < count() / 4 * 3 ? this : resized(count() * 2);
    }

    private Slots withoutWaste() {
        int count = count();
        while (count > FEWEST && size <= count / 8) {
            count /= 2;
        }
        return count == count() ? this : resized(count);
    }

    private Slots resized(int count) {
        Slots resized = new Slots(hash, protocols, count);
        // From a free slot on, so that grants with the same hash keep their order.
        int start = firstFree(0);
        for (int slot = after(start); slot != start; slot = after(slot)) {
            if (isTaken(slot)) {
                resized.move(this, slot, resized.firstFree(hashAt(slot)));
            }
        }
        resized.size = size;
        return resized;
    }

    private int firstFree(int addressHash) {
        int slot = home(addressHash);
        while (isTaken(slot)) {
            slot = after(slot);
        }
        return slot;
    }

    /** Frees a slot, and closes the gap, so that what lies behind it is still found. */
    private void free(int slot) {
        int gap = slot;
        for (int later = after(gap); isTaken(later); later = after(later)) {
            if (distance(home(hashAt(later)), later) >= distance(gap, later)) {
                move(this, later, gap);
                gap = later;
            }
        }
        numbers[gap * NUMBERS + GRANTED_AT] = 0;
        users[gap] = null;
        size--;
    }

    private void move(Slots source, int from, int to) {
        System.arraycopy(source.numbers, from * NUMBERS, numbers, to * NUMBERS, NUMBERS);
        users[to] = source.users[from];
    }

    private void put(int slot, Grant grant, boolean isFollowed) {
        long flags = TAKEN | (grant.encrypted() ? ENCRYPTED : 0) | (isFollowed ? FOLLOWED : 0);
        long protocol = protocols.of(grant.protocol());
        numbers[slot * NUMBERS + HIGH_BITS] = grant.address().highBits();
        numbers[slot * NUMBERS + LOW_BITS] = grant.address().lowBits();
        numbers[slot * NUMBERS + EXPIRES_AT] = grant.expiresAtMillis();
        numbers[slot * NUMBERS + GRANTED_AT] = grant.grantedAtMillis() << BELOW_GRANTED_AT | protocol << FLAGS | flags;
        users[slot] = grant.user().orElse(null);
    }

    private Grant grant(int slot) {
        ClientAddress address = ClientAddress.ofBits(number(slot, HIGH_BITS), number(slot, LOW_BITS));
        return grant(address, user(slot), expiresAt(slot), grantedAtAndHow(slot));
    }

    private boolean isTaken(int slot) {
        return has(TAKEN, slot);
    }

    private boolean has(int flag, int slot) {
        return (number(slot, GRANTED_AT) & flag) != 0;
    }

    private int hashAt(int slot) {
        return hash.of(number(slot, HIGH_BITS), number(slot, LOW_BITS));
    }

    private long number(int slot, int which) {
        return numbers[slot * NUMBERS + which];
    }

    private int home(int addressHash) {
        return addressHash & mask;
    }

    private int after(int slot) {
        return (slot + 1) & mask;
    }

    private int distance(int from, int to) {
        return (to - from) & mask;
    }
}
