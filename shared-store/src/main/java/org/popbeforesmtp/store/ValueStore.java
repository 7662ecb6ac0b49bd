// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;

/**
 * Keeps small values by key, each with an end of its own, where the grants are kept: nodes that share their grants share
 * their values. All methods may be called from any thread, and what one call has done every later call sees, on whichever
 * node. They may wait for a network, up to {@code redis.timeout} for each of 128 parts of the keys, so for a single key no
 * longer than a look-up of grants; {@link #list} looks at everything.
 *
 * <p>Each but {@link #evictions} throws {@link StoreUnavailableException} where the store cannot do it now.
 */
public interface ValueStore {

    /** What becomes of a value. It looks at nothing but what it is given, and takes no lock. */
    @FunctionalInterface
    interface Change {

        /**
         * The value after the change; {@code before} for no change.
         *
         * @param before the value that is there, with what is left of its time; nothing if there is none
         */
        Optional<Value> apply(ValueKey key, Optional<Value> before);
    }

    /**
     * Changes some values, each atomically. The change may be asked again for a
     * value that somebody else has changed meanwhile. Where this throws, and also where a connection breaks, a change that
     * was made may be made again: one that must not be made twice leaves a mark in the value and looks for it.
     *
     * @return the values after the change, of those keys that have one
     * @throws StoreUnavailableException if some may not have been changed
     */
    Map<ValueKey, Value> update(Collection<ValueKey> keys, Change change);

    /** Changes one value; what it is then. */
    default Optional<Value> update(ValueKey key, Change change) {
        return Optional.ofNullable(update(List.of(key), change).get(key));
    }

    /** The value of a key, if it has one. */
    default Optional<Value> get(ValueKey key) {
        return update(key, (same, before) -> before);
    }

    /**
     * All values of a kind, by name, from a name on ({@code ""} for the first) in the order of {@link String#compareTo}. For
     * administration and what runs in the background: it may have to look at everything.
     */
    NavigableMap<String, Value> list(String kind, String fromName);

    /**
     * Waits until everything that this process has changed survives a restart of it, as far as the store is made for that:
     * a disk has confirmed it.
     *
     * @throws StoreUnavailableException if it may not; the message says why, and that it holds until then
     */
    void awaitDurable();

    /** How many values had to make room for others of their kind since the start. Cheap, never throws, never waits. */
    long evictions();
}
