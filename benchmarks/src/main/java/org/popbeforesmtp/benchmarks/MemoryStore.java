// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.benchmarks;

import java.time.Duration;
import java.util.List;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.memory.MemoryGrantStore;

/** The product's own store for one process. */
final class MemoryStore implements AddressContestant {

    private final AheadClock clock = new AheadClock();
    private final MemoryGrantStore store;

    /** As large as {@code store.maxGrants} would be set for so many grants. */
    MemoryStore(long room) {
        store = new MemoryGrantStore(clock, room);
    }

    @Override
    public void record(Login login) {
        store.record(login, LIFETIME);
    }

    @Override
    public List<Grant> find(ClientAddress address) {
        return store.find(address);
    }

    /** The store's own thread sweeps, a hundred thousand a second. */
    @Override
    public void endAll() throws InterruptedException {
        clock.putAhead(Duration.ofMinutes(16));
        while (size() > 0) {
            Thread.sleep(10);
        }
    }

    @Override
    public long size() {
        return store.status().grants();
    }

    @Override
    public void close() {
        store.close();
    }
}
