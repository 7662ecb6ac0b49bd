// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.file;

import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.popbeforesmtp.store.ValueKey;
import org.popbeforesmtp.store.memory.KeptValue;
import org.popbeforesmtp.store.memory.MemoryValueStore;

/** The values in a file: the map {@code values} from {@code <kind>:<name>} to a {@link ValueCodec record}. */
final class ValueMap extends WrittenMap<ValueKey> {

    private static final int BYTES_PER_VALUE = 1_024;

    private final MemoryValueStore values;

    ValueMap(MemoryValueStore values, Unwritten<ValueKey> unwritten) {
        super("values", unwritten, BYTES_PER_VALUE);
        this.values = values;
    }

    @Override
    void verify(StoreFile file) {
        read(file, kept -> {});
    }

    private void read(StoreFile file, Consumer<KeptValue> reader) {
        for (Map.Entry<String, byte[]> entry : records(file).entrySet()) {
            reader.accept(ValueCodec.decode(keyOf(entry.getKey()), entry.getValue()));
        }
    }

    /** If the clock was set back since they were written, none lasts longer than was left of it then. */
    @Override
    void restore(StoreFile file, long now) {
        long back = Math.max(0, file.writtenAt().orElse(now) - now);
        read(file, kept -> {
            if (kept.endsAt() - back > now) {
                values.restore(new KeptValue(kept.key(), kept.text(), kept.endsAt() - back));
            }
        });
    }

    @Override
    void sweep(long now) {
        values.sweep();
    }

    @Override
    ValueKey keyOf(String text) {
        return ValueKey.parse(text);
    }

    @Override
    Stream<ValueKey> keys() {
        return values.keys().stream();
    }

    @Override
    Optional<byte[]> record(ValueKey key) {
        return values.kept(key).map(ValueCodec::encode);
    }
}
