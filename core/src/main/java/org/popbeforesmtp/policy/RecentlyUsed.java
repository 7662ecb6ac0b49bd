// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.policy;

import java.util.LinkedHashMap;
import java.util.Map;

/** A map of bounded size that evicts the least recently used entry. */
public final class RecentlyUsed<K, V> extends LinkedHashMap<K, V> {

    private static final int INITIAL_CAPACITY = 16;
    private static final float LOAD_FACTOR = 0.75f;

    private final int limit;

    public RecentlyUsed(int limit) {
        super(INITIAL_CAPACITY, LOAD_FACTOR, true);
        this.limit = limit;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > limit;
    }
}
