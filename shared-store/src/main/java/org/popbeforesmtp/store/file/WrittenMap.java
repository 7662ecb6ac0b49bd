// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.file;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.h2.mvstore.MVMap;

/** What is kept in memory under keys and written to one map of a file: what has changed, or everything. For one thread. */
abstract class WrittenMap<K> {

    private final String name;
    private final Unwritten<K> unwritten;
    private final int mostBytes;

    /**
     * A map.
     *
     * @param name of the map in the file
     * @param unwritten is told each key that has changed
     * @param mostBytes what one entry takes at most, as a rule, in a file without waste
     */
    WrittenMap(String name, Unwritten<K> unwritten, int mostBytes) {
        this.name = name;
        this.unwritten = unwritten;
        this.mostBytes = mostBytes;
    }

    /** Reads all that a file has, so that damage comes to light. */
    abstract void verify(StoreFile file);

    /** Takes into memory what a file has. */
    abstract void restore(StoreFile file, long now);

    /** Removes from memory what has ended. */
    abstract void sweep(long now);

    abstract K keyOf(String text);

    /** All keys in memory. */
    abstract Stream<K> keys();

    /** What is to be written for a key; nothing if it is not in memory. */
    abstract Optional<byte[]> record(K key);

    final MVMap<String, byte[]> records(StoreFile file) {
        return file.map(name);
    }

    final void everythingIsUnwritten() {
        unwritten.addEverything();
    }

    /** Writes what has changed; whether that was everything. */
    final boolean write(StoreFile file) {
        MVMap<String, byte[]> records = records(file);
        boolean all = unwritten.takeEverything();
        if (all) {
            records.keyIterator(null).forEachRemaining(key -> put(keyOf(key), records));
            keys().filter(key -> !records.containsKey(key.toString())).forEach(key -> put(key, records));
        }
        unwritten.takeEach(key -> put(key, records));
        return all;
    }

    private void put(K key, MVMap<String, byte[]> records) {
        String text = key.toString();
        Optional<byte[]> record = record(key);
        if (record.isEmpty()) {
            records.remove(text);
        } else if (!Arrays.equals(record.get(), records.get(text))) {
            records.put(text, record.get());
        }
    }

    /** How large the entries are at most, as a rule, in a file without waste. */
    final long mostBytes(StoreFile file) {
        return mostBytes * records(file).sizeAsLong();
    }
}
