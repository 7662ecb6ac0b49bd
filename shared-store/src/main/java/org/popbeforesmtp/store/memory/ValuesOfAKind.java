// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

import java.util.Comparator;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.store.ValueKey;

/** The values of one kind, by name and by end. Whoever uses it holds its lock. */
final class ValuesOfAKind {

    private final NavigableMap<String, KeptValue> byName = new TreeMap<>();
    private final TreeSet<KeptValue> byEnd = new TreeSet<>(Comparator.comparingLong(KeptValue::endsAt)
            .thenComparing(kept -> kept.key().name()));

    Optional<KeptValue> get(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    NavigableMap<String, KeptValue> from(String name) {
        return byName.tailMap(name, true);
    }

    int size() {
        return byName.size();
    }

    void add(KeptValue kept) {
        byName.put(kept.key().name(), kept);
        byEnd.add(kept);
    }

    void remove(String name) {
        @Nullable KeptValue removed = byName.remove(name);
        if (removed != null) {
            byEnd.remove(removed);
        }
    }

    /** The key of what was removed. There must be a value. */
    ValueKey removeFirstToEnd() {
        ValueKey first = byEnd.first().key();
        remove(first.name());
        return first;
    }

    void removeEnded(long now, Consumer<ValueKey> removed) {
        while (!byEnd.isEmpty() && byEnd.first().endsAt() <= now) {
            removed.accept(removeFirstToEnd());
        }
    }
}
