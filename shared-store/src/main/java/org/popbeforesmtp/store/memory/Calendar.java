// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * Which buckets to look at in which second: a page for each second, and on it the buckets with a grant that ends in it.
 * Adding and taking cost the same however much is written there.
 *
 * <p>A note is only a hint: the grant may have been renewed or revoked since.
 */
final class Calendar {

    /** A note that something in the bucket was to end in a second since the epoch. */
    static final class Note {
        final long second;
        final int bucket;

        private Note(long second, int bucket) {
            this.second = second;
            this.bucket = bucket;
        }
    }

    private final ConcurrentSkipListMap<Long, Page> pages = new ConcurrentSkipListMap<>();

    static long secondOf(long epochMillis) {
        return Math.floorDiv(epochMillis, 1000L);
    }

    void add(long second, int bucket) {
        while (!pages.computeIfAbsent(second, unused -> new Page()).add(bucket)) {
            // The page was torn out between finding it and writing on it; the next one is new.
            Thread.onSpinWait();
        }
    }

    /** Takes the oldest note of the earliest page up to a second; null if there is none. */
    @Nullable
    Note takeUpTo(long second) {
        for (Map.Entry<Long, Page> first = pages.firstEntry();
                first != null && first.getKey() <= second;
                first = pages.firstEntry()) {
            int bucket = first.getValue().takeOrClose();
            if (bucket >= 0) {
                return new Note(first.getKey(), bucket);
            }
            pages.remove(first.getKey(), first.getValue());
        }
        return null;
    }

    long size() {
        return pages.values().stream().mapToLong(Page::size).sum();
    }

    /** A queue in chunks, so that it never has to be copied as a whole. */
    private static final class Page {
        private static final int CHUNK = 256;

        private final ArrayDeque<int[]> chunks = new ArrayDeque<>(1);
        private int head;
        private int tail = CHUNK;
        private boolean closed;

        synchronized boolean add(int bucket) {
            if (closed) {
                return false;
            }
            if (tail == CHUNK) {
                chunks.addLast(new int[CHUNK]);
                tail = 0;
            }
            chunks.getLast()[tail++] = bucket;
            return true;
        }

        /** The oldest note; -1 if there is none, and then there will never be one. */
        synchronized int takeOrClose() {
            if (chunks.isEmpty() || (chunks.size() == 1 && head == tail)) {
                closed = true;
                return -1;
            }
            int taken = chunks.getFirst()[head++];
            if (head == CHUNK) {
                chunks.removeFirst();
                head = 0;
            }
            return taken;
        }

        synchronized long size() {
            return (long) chunks.size() * CHUNK - head - (CHUNK - tail);
        }
    }
}
