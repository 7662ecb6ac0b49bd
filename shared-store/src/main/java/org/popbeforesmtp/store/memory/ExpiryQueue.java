// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.address.ClientAddress;

/**
 * Addresses in the order in which their grants end, to the second. Adding and taking cost the same however many there are.
 *
 * <p>An entry is only a hint: the grant may have been renewed or revoked since.
 */
final class ExpiryQueue {

    /** An address with a grant that was to end in a second since the epoch. */
    static final class Entry {
        final long second;
        final ClientAddress address;

        private Entry(long second, ClientAddress address) {
            this.second = second;
            this.address = address;
        }
    }

    private final TreeMap<Long, Queue<ClientAddress>> bySecond = new TreeMap<>();

    static long secondOf(long epochMillis) {
        return Math.floorDiv(epochMillis, 1000L);
    }

    synchronized void add(long second, ClientAddress address) {
        bySecond.computeIfAbsent(second, unused -> new ArrayDeque<>()).add(address);
    }

    /** Takes the oldest entry of the earliest second up to the given one; null if there is none. */
    synchronized @Nullable Entry takeUpTo(long second) {
        Map.Entry<Long, Queue<ClientAddress>> first = bySecond.firstEntry();
        if (first == null || first.getKey() > second) {
            return null;
        }
        ClientAddress address = first.getValue().remove();
        if (first.getValue().isEmpty()) {
            bySecond.remove(first.getKey());
        }
        return new Entry(first.getKey(), address);
    }

    synchronized void clear() {
        bySecond.clear();
    }

    synchronized int size() {
        return bySecond.values().stream().mapToInt(Queue::size).sum();
    }
}
