// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.popbeforesmtp.store.Value;
import org.popbeforesmtp.store.ValueKey;
import org.popbeforesmtp.store.ValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps values in the memory of this process. Of each kind it keeps so many at most; those that end soonest make room. */
public final class MemoryValueStore implements ValueStore {

    /** For instance what ten thousand users leave in a hundred days, one value a day each. */
    public static final int MOST_OF_A_KIND = 1_000_000;

    private static final Logger LOGGER = LoggerFactory.getLogger(MemoryValueStore.class);

    private final Clock clock;
    private final int mostOfAKind;
    private final Consumer<ValueKey> changed;
    private final Map<String, ValuesOfAKind> kinds = new ConcurrentHashMap<>();
    private final AtomicLong evictions = new AtomicLong();

    /** An empty store. */
    public MemoryValueStore(Clock clock) {
        this(clock, MOST_OF_A_KIND, key -> {});
    }

    /**
     * An empty store.
     *
     * @param changed is told each key whose value has changed, has ended or had to make room, on the thread that found it so
     */
    public MemoryValueStore(Clock clock, int mostOfAKind, Consumer<ValueKey> changed) {
        this.clock = clock;
        this.mostOfAKind = mostOfAKind;
        this.changed = changed;
    }

    @Override
    public Map<ValueKey, Value> update(Collection<ValueKey> keys, Change change) {
        Map<ValueKey, Value> after = new HashMap<>();
        for (ValueKey key : keys) {
            changed(key, change).ifPresent(value -> after.put(key, value));
        }
        return after;
    }

    private Optional<Value> changed(ValueKey key, Change change) {
        ValuesOfAKind kind = kind(key.kind());
        synchronized (kind) {
            long now = clock.millis();
            kind.removeEnded(now, changed);
            Optional<Value> before = kind.get(key.name()).map(kept -> asOf(now, kept));
            Optional<Value> after = change.apply(key, before);
            if (!after.equals(before)) {
                put(
                        kind,
                        key,
                        after.map(value -> new KeptValue(
                                key, value.text(), now + value.timeToLive().toMillis())));
                changed.accept(key);
            }
            return after;
        }
    }

    private static Value asOf(long now, KeptValue kept) {
        return Value.of(kept.text(), Duration.ofMillis(kept.endsAt() - now));
    }

    private ValuesOfAKind kind(String name) {
        return kinds.computeIfAbsent(name, any -> new ValuesOfAKind());
    }

    private void put(ValuesOfAKind kind, ValueKey key, Optional<KeptValue> value) {
        kind.remove(key.name());
        value.ifPresent(kept -> {
            if (kind.size() >= mostOfAKind) {
                evicting(key.kind());
                changed.accept(kind.removeFirstToEnd());
            }
            kind.add(kept);
        });
    }

    private void evicting(String kind) {
        if (evictions.getAndIncrement() == 0) {
            LOGGER.warn(
                    "There are {} records of the kind {}, and no more are kept: those that end soonest make room",
                    mostOfAKind,
                    kind);
        }
    }

    @Override
    public NavigableMap<String, Value> list(String kindName, String fromName) {
        NavigableMap<String, Value> found = new TreeMap<>();
        ValuesOfAKind kind = kind(kindName);
        synchronized (kind) {
            long now = clock.millis();
            kind.removeEnded(now, changed);
            kind.from(fromName).forEach((name, kept) -> found.put(name, asOf(now, kept)));
        }
        return found;
    }

    /** There is nothing to wait for. */
    @Override
    public void awaitDurable() {}

    @Override
    public long evictions() {
        return evictions.get();
    }

    /** Removes what has ended; it does not count any more in any case. */
    public void sweep() {
        long now = clock.millis();
        for (ValuesOfAKind kind : kinds.values()) {
            synchronized (kind) {
                kind.removeEnded(now, changed);
            }
        }
    }

    /** What is kept under a key, perhaps for a little longer than it counts; for what keeps it elsewhere too. */
    public Optional<KeptValue> kept(ValueKey key) {
        ValuesOfAKind kind = kind(key.kind());
        synchronized (kind) {
            return kind.get(key.name());
        }
    }

    /** Keeps what was kept elsewhere. */
    public void restore(KeptValue kept) {
        ValuesOfAKind kind = kind(kept.key().kind());
        synchronized (kind) {
            put(kind, kept.key(), Optional.of(kept));
        }
    }

    /** Empties a new store again, should what it was to take in be damaged. */
    public void clear() {
        kinds.clear();
    }

    /** The keys of all values. */
    public List<ValueKey> keys() {
        List<ValueKey> keys = new ArrayList<>();
        for (ValuesOfAKind kind : kinds.values()) {
            synchronized (kind) {
                kind.from("").values().forEach(kept -> keys.add(kept.key()));
            }
        }
        return keys;
    }
}
