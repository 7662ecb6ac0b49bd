// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.block.Block;
import org.popbeforesmtp.block.BlockStore;
import org.popbeforesmtp.block.BlockTarget;
import org.popbeforesmtp.block.Blocks;
import org.popbeforesmtp.james.Storage;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.GrantQuery;
import org.popbeforesmtp.store.GrantStore;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.StoreStatus;
import org.popbeforesmtp.store.StoreUnavailableException;
import org.popbeforesmtp.store.Value;
import org.popbeforesmtp.store.ValueKey;
import org.popbeforesmtp.store.ValueStore;
import org.popbeforesmtp.store.memory.KeptBlockStore;
import org.popbeforesmtp.store.memory.MemoryValueStore;

/** A store that a test can switch off, as if its server had gone. */
final class SwitchableStore implements GrantStore {

    private final GrantStore store;
    private volatile boolean off;

    SwitchableStore(GrantStore store) {
        this.store = store;
    }

    void switchOff() {
        off = true;
    }

    void switchOn() {
        off = false;
    }

    /** With values and blocks in memory that can be switched off too. */
    Storage asStorage(Clock clock) {
        ValueStore values = new MemoryValueStore(clock);
        BlockStore blocks = new KeptBlockStore(clock, values);
        return Storage.of(this, values(values), blocks(blocks));
    }

    private ValueStore values(ValueStore values) {
        return new ValueStore() {
            @Override
            public Map<ValueKey, Value> update(Collection<ValueKey> keys, Change change) {
                on();
                return values.update(keys, change);
            }

            @Override
            public NavigableMap<String, Value> list(String kind, String fromName) {
                on();
                return values.list(kind, fromName);
            }

            @Override
            public void awaitDurable() {
                on();
            }

            @Override
            public long evictions() {
                return values.evictions();
            }
        };
    }

    private BlockStore blocks(BlockStore blocks) {
        return new BlockStore() {
            @Override
            public void put(Block block) {
                on();
                blocks.put(block);
            }

            @Override
            public Optional<Block> remove(BlockTarget target) {
                on();
                return blocks.remove(target);
            }

            @Override
            public Blocks all() {
                on();
                return blocks.all();
            }

            @Override
            public Blocks at(ClientAddress grantAddress) {
                return blocks.at(grantAddress);
            }

            @Override
            public Blocks lastKnown() {
                return blocks.lastKnown();
            }
        };
    }

    private GrantStore on() {
        if (off) {
            throw new StoreUnavailableException("the store is switched off");
        }
        return store;
    }

    @Override
    public Grant record(Login login, Lifetime lifetime) {
        return on().record(login, lifetime);
    }

    @Override
    public Optional<Grant> renew(Grant grant, Duration fromNow) {
        return on().renew(grant, fromNow);
    }

    @Override
    public List<Grant> find(ClientAddress address) {
        return on().find(address);
    }

    @Override
    public int revoke(ClientAddress address) {
        return on().revoke(address);
    }

    @Override
    public int revokeUser(String user) {
        return on().revokeUser(user);
    }

    @Override
    public List<Grant> list(GrantQuery query) {
        return on().list(query);
    }

    @Override
    public StoreStatus status() {
        return off
                ? StoreStatus.of(StoreStatus.State.UNAVAILABLE, "the store is switched off", 0, 0, 1)
                : store.status();
    }

    @Override
    public void close() {
        store.close();
    }
}
