// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.benchmarks;

import java.time.Duration;
import java.util.List;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.StoreLimits;
import org.popbeforesmtp.store.memory.MemoryGrantStore;

final class MemoryStore implements Contestant {

    private final AheadClock clock = new AheadClock();
    private final MemoryGrantStore store;

    /** With {@code store.maxGrants} set to that. */
    MemoryStore(long room) {
        store = new MemoryGrantStore(clock, StoreLimits.of(room, () -> StoreLimits.MANY_USERS));
    }

    @Override
    public void record(Visitor visitor) {
        store.record(visitor.login(), LIFETIME);
    }

    @Override
    public List<Grant> find(Visitor visitor) {
        return store.find(visitor.address());
    }

    /** The store's own thread removes what has ended. */
    @Override
    public void endAll() throws InterruptedException {
        clock.putAhead(Duration.ofMinutes(16));
        while (store.status().grants() > 0) {
            Thread.sleep(10);
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
