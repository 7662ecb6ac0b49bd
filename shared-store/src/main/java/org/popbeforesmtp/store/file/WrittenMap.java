// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.file;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;

/**
 * What is kept in memory under keys and written to one map of a file: what has changed, or everything. For one thread.
 *
 * <p>A record, format 1, begins with the CRC-32 of its key and of what follows, since a disk that forgets a bit must not make
 * a grant of somebody else's or one without an end.
 */
abstract class WrittenMap<K, R> {

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

    /** The key that a text in the file stands for. */
    abstract K keyOf(String text);

    /** What a record says, which is read from behind its checksum on. */
    abstract R decode(K key, ByteBuffer record);

    /** The record to be written for a key, with room for its checksum; nothing if memory has nothing under the key. */
    abstract Optional<byte[]> encode(K key);

    /**
     * Takes into memory what counts of a record from now on.
     *
     * @param back how far the clock was set back since it was written
     * @return whether that is what the record says
     */
    abstract boolean restore(K key, R record, long back, long now);

    /** Forgets what was restored, and gets ready for so many entries. */
    abstract void clear(int entries);

    /** Removes from memory what has ended. */
    abstract void sweep(long now);

    /** All keys in memory. */
    abstract Stream<K> keys();

    /**
     * Takes all that a file has into memory, as it counts from now on. If the clock was set back since the file was written,
     * all times in it lie that much earlier, so nothing lasts longer than was left of it then.
     *
     * @throws RuntimeException if a record is damaged
     */
    final void restore(StoreFile file, long now) {
        clear(records(file).size());
        long back = Math.max(0, file.writtenAt().orElse(now) - now);
        read(file, (key, record) -> {
            if (!restore(key, record, back, now)) {
                unwritten.add(key);
            }
        });
    }

    /** Reads all that a file has, so that damage comes to light. */
    final void verify(StoreFile file) {
        read(file, (key, record) -> {});
    }

    private void read(StoreFile file, BiConsumer<K, R> reader) {
        Cursor<String, byte[]> records = records(file).cursor(null);
        while (records.hasNext()) {
            String text = records.next();
            byte[] record = records.getValue();
            ByteBuffer content = ByteBuffer.wrap(record);
            if (content.getInt() != checksum(text, record)) {
                throw new IllegalArgumentException("a record of the map " + name + " is damaged");
            }
            K key = keyOf(text);
            reader.accept(key, decode(key, content));
        }
    }

    private static int checksum(String key, byte[] record) {
        CRC32 checksum = new CRC32();
        checksum.update(key.getBytes(StandardCharsets.UTF_8));
        checksum.update(record, Integer.BYTES, record.length - Integer.BYTES);
        return (int) checksum.getValue();
    }

    static byte[] withChecksum(String key, byte[] record) {
        return ByteBuffer.wrap(record).putInt(checksum(key, record)).array();
    }

    private MVMap<String, byte[]> records(StoreFile file) {
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
        Optional<byte[]> record = encode(key).map(bytes -> withChecksum(text, bytes));
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
