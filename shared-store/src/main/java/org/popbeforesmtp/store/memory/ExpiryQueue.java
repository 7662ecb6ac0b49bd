// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
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

    private final ConcurrentSkipListMap<Long, Bucket> buckets = new ConcurrentSkipListMap<>();

    static long secondOf(long epochMillis) {
        return Math.floorDiv(epochMillis, 1000L);
    }

    void add(long second, ClientAddress address) {
        while (!buckets.computeIfAbsent(second, unused -> new Bucket()).add(address)) {
            // The bucket was closed after it had been found; the next one is new.
            Thread.onSpinWait();
        }
    }

    /** Takes the oldest entry of the earliest second up to the given one; null if there is none. */
    @Nullable
    Entry takeUpTo(long second) {
        for (Map.Entry<Long, Bucket> first = buckets.firstEntry();
                first != null && first.getKey() <= second;
                first = buckets.firstEntry()) {
            ClientAddress address = first.getValue().takeOrClose();
            if (address != null) {
                return new Entry(first.getKey(), address);
            }
            buckets.remove(first.getKey(), first.getValue());
        }
        return null;
    }

    long size() {
        return buckets.values().stream().mapToLong(Bucket::size).sum();
    }

    /** The addresses of one second. */
    private static final class Bucket {
        private final ArrayDeque<ClientAddress> addresses = new ArrayDeque<>();
        private boolean closed;

        synchronized boolean add(ClientAddress address) {
            return !closed && addresses.add(address);
        }

        /** The oldest; null if there is none, and then there will never be one. */
        synchronized @Nullable ClientAddress takeOrClose() {
            closed = addresses.isEmpty();
            return addresses.poll();
        }

        synchronized int size() {
            return addresses.size();
        }
    }
}
