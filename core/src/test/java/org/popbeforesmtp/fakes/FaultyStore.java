// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.fakes;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.GrantQuery;
import org.popbeforesmtp.store.GrantStore;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.StoreStatus;

/** A store that counts the calls and fails when a test wants it to. */
public final class FaultyStore implements GrantStore {

    private final GrantStore store;
    private final AtomicInteger records = new AtomicInteger();
    private final AtomicInteger renewals = new AtomicInteger();
    private final AtomicInteger finds = new AtomicInteger();
    private final AtomicInteger closes = new AtomicInteger();
    private final AtomicReference<@Nullable Supplier<? extends Throwable>> single = new AtomicReference<>();
    private volatile @Nullable Supplier<? extends Throwable> fault;

    public FaultyStore(GrantStore store) {
        this.store = store;
    }

    /** From now on every call ends like this; with null the store works again. */
    public void failWith(@Nullable Supplier<? extends Throwable> newFault) {
        fault = newFault;
    }

    /** The next call alone ends like this. */
    public void failOnceWith(Supplier<? extends Throwable> oneFault) {
        single.set(oneFault);
    }

    /** Whether a fault for one call has not been met yet. */
    public boolean willFailOnce() {
        return single.get() != null;
    }

    private void check() {
        Faults.raise(single.getAndSet(null));
        Faults.raise(fault);
    }

    public int records() {
        return records.get();
    }

    public int renewals() {
        return renewals.get();
    }

    public int finds() {
        return finds.get();
    }

    public int closes() {
        return closes.get();
    }

    @Override
    public Grant record(Login login, Lifetime lifetime) {
        records.incrementAndGet();
        check();
        return store.record(login, lifetime);
    }

    @Override
    public Optional<Grant> renew(Grant grant, Duration fromNow) {
        renewals.incrementAndGet();
        check();
        return store.renew(grant, fromNow);
    }

    @Override
    public List<Grant> find(ClientAddress address) {
        finds.incrementAndGet();
        check();
        return store.find(address);
    }

    @Override
    public int revoke(ClientAddress address) {
        check();
        return store.revoke(address);
    }

    @Override
    public int revokeUser(String user) {
        check();
        return store.revokeUser(user);
    }

    @Override
    public List<Grant> list(GrantQuery query) {
        check();
        return store.list(query);
    }

    @Override
    public StoreStatus status() {
        return store.status();
    }

    @Override
    public void close() {
        closes.incrementAndGet();
        store.close();
    }
}
