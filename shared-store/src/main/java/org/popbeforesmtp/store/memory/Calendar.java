// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * Which addresses to look at in which second: a page for each second, and on it the hashes of those with a grant that
 * ends in it. Adding and taking cost the same however much is written there.
 *
 * <p>A note is only a hint: the grant may have been renewed or revoked since.
 */
final class Calendar {

    /** A note that something with the hash was to end in a second since the epoch. */
    static final class Note {
        final long second;
        final int hash;

        private Note(long second, int hash) {
            this.second = second;
            this.hash = hash;
        }
    }

    private final ConcurrentSkipListMap<Long, Page> pages = new ConcurrentSkipListMap<>();

    static long secondOf(long epochMillis) {
        return Math.floorDiv(epochMillis, 1000L);
    }

    void add(long second, int hash) {
        while (!pages.computeIfAbsent(second, unused -> new Page()).add(hash)) {
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
            int hash = first.getValue().takeOrClose();
            if (hash >= 0) {
                return new Note(first.getKey(), hash);
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

        synchronized boolean add(int hash) {
            if (closed) {
                return false;
            }
            if (tail == CHUNK) {
                chunks.addLast(new int[CHUNK]);
                tail = 0;
            }
            chunks.getLast()[tail++] = hash;
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
