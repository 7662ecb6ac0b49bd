// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.file;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;
import org.popbeforesmtp.store.ValueKey;
import org.popbeforesmtp.store.memory.KeptValue;
import org.popbeforesmtp.store.memory.MemoryValueStore;

/**
 * The values in a file: the map {@code values} from {@code <kind>:<name>} to a record, which has a 64-bit integer for when it
 * ends, in milliseconds since the epoch, and the text in UTF-8.
 */
final class WrittenValues extends WrittenMap<ValueKey, KeptValue> {

    private static final int BYTES_PER_VALUE = 1_024;

    private final MemoryValueStore values;

    WrittenValues(MemoryValueStore values, Unwritten<ValueKey> unwritten) {
        super("values", unwritten, BYTES_PER_VALUE);
        this.values = values;
    }

    @Override
    ValueKey keyOf(String text) {
        return ValueKey.parse(text);
    }

    @Override
    KeptValue decode(ValueKey key, ByteBuffer record) {
        long endsAt = record.getLong();
        return new KeptValue(key, StandardCharsets.UTF_8.decode(record).toString(), endsAt);
    }

    @Override
    Optional<byte[]> encode(ValueKey key) {
        return values.kept(key).map(WrittenValues::encoded);
    }

    static byte[] encoded(KeptValue kept) {
        byte[] text = kept.text().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Integer.BYTES + Long.BYTES + text.length)
                .putInt(0)
                .putLong(kept.endsAt())
                .put(text)
                .array();
    }

    @Override
    boolean restore(ValueKey key, KeptValue record, long back, long now) {
        long endsAt = record.endsAt() - back;
        if (endsAt > now) {
            values.restore(new KeptValue(key, record.text(), endsAt));
        }
        return endsAt > now && back == 0;
    }

    @Override
    void clear(int entries) {
        values.clear();
    }

    @Override
    void sweep(long now) {
        values.sweep();
    }

    @Override
    Stream<ValueKey> keys() {
        return values.keys().stream();
    }
}
