// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.fakes;

import java.util.Collection;
import java.util.Map;
import java.util.NavigableMap;
import org.popbeforesmtp.store.StoreUnavailableException;
import org.popbeforesmtp.store.Value;
import org.popbeforesmtp.store.ValueKey;
import org.popbeforesmtp.store.ValueStore;

/** Values of a store that can be switched off, and counts how often it is asked. */
public final class SwitchableValues implements ValueStore {

    private final ValueStore values;
    private volatile boolean isOff;
    private volatile int updates;

    public SwitchableValues(ValueStore values) {
        this.values = values;
    }

    public void switchOff() {
        isOff = true;
    }

    public void switchOn() {
        isOff = false;
    }

    /** How often something was to be changed. */
    public int updates() {
        return updates;
    }

    @Override
    public synchronized Map<ValueKey, Value> update(Collection<ValueKey> keys, Change change) {
        updates++;
        requireOn();
        return values.update(keys, change);
    }

    @Override
    public NavigableMap<String, Value> list(String kind, String fromName) {
        requireOn();
        return values.list(kind, fromName);
    }

    @Override
    public void awaitDurable() {
        requireOn();
    }

    @Override
    public long evictions() {
        return values.evictions();
    }

    private void requireOn() {
        if (isOff) {
            throw new StoreUnavailableException("the store is switched off");
        }
    }
}
