// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.file;

import java.util.Collection;
import java.util.Map;
import java.util.NavigableMap;
import org.popbeforesmtp.store.Value;
import org.popbeforesmtp.store.ValueKey;
import org.popbeforesmtp.store.ValueStore;
import org.popbeforesmtp.store.memory.MemoryValueStore;

/** Values in memory with a file behind it, beside the grants of a {@link FileGrantStore}. */
final class FileValueStore implements ValueStore {

    private final MemoryValueStore values;
    private final Runnable requireOpen;
    private final WriteBehind file;

    FileValueStore(MemoryValueStore values, Runnable requireOpen, WriteBehind file) {
        this.values = values;
        this.requireOpen = requireOpen;
        this.file = file;
    }

    @Override
    public Map<ValueKey, Value> update(Collection<ValueKey> keys, Change change) {
        requireOpen.run();
        return values.update(keys, change);
    }

    @Override
    public NavigableMap<String, Value> list(String kind, String fromName) {
        requireOpen.run();
        return values.list(kind, fromName);
    }

    @Override
    public void awaitDurable() {
        file.awaitWritten("It");
    }

    @Override
    public long evictions() {
        return values.evictions();
    }
}
