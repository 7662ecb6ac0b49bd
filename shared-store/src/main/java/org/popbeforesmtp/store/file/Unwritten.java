// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.file;

import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** What has changed since it was written, by key: so many keys at most, and with one more, all there are. */
final class Unwritten<K> {

    private static final int MOST = 100_000;

    private final Set<K> keys = ConcurrentHashMap.newKeySet();
    private volatile boolean everything;

    void add(K key) {
        if (!everything && keys.add(key) && keys.size() > MOST) {
            addEverything();
        }
    }

    void addEverything() {
        everything = true;
        keys.clear();
    }

    int named() {
        return keys.size();
    }

    /** Whether everything was to be written; from now on it is not, and what changes is named again. */
    boolean takeEverything() {
        boolean taken = everything;
        everything = false;
        return taken;
    }

    /** Takes one after the other off the list before it is handed out: a change in between puts it on the list again. */
    void takeEach(Consumer<K> writer) {
        for (Iterator<K> each = keys.iterator(); each.hasNext(); ) {
            K key = each.next();
            each.remove();
            writer.accept(key);
        }
    }
}
