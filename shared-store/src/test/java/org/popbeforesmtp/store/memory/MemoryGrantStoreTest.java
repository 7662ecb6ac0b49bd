// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.popbeforesmtp.store.GrantStore;
import org.popbeforesmtp.store.GrantStoreContract;
import org.popbeforesmtp.store.TurnableClock;

class MemoryGrantStoreTest implements GrantStoreContract {

    private final TurnableClock clock = new TurnableClock();
    private final GrantStore store = new MemoryGrantStore(clock, 1_000_000);

    @AfterEach
    void tearDown() {
        store.close();
    }

    @Override
    public GrantStore store() {
        return store;
    }

    @Override
    public Instant now() {
        return clock.instant();
    }

    @Override
    public void pass(Duration time) {
        clock.turn(time);
    }
}
