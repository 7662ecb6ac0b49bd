// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.block.BlockStore;
import org.popbeforesmtp.block.BlockStoreContract;
import org.popbeforesmtp.runtime.MutableClock;

class KeptBlockStoreTest implements BlockStoreContract {

    private final MutableClock clock = new MutableClock();
    private final MemoryValueStore values = new MemoryValueStore(clock);
    private final KeptBlockStore store = new KeptBlockStore(clock, values);

    @Override
    public BlockStore store() {
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

    @Test
    void blocksShouldBeThereAfterARestart() {
        store.put(block(BOB, Duration.ofMinutes(5)));
        store.put(block(NETWORK, Duration.ofMinutes(1)));
        store.put(block(NETWORK, Duration.ofMinutes(9)));
        store.remove(BOB);

        KeptBlockStore restarted = new KeptBlockStore(clock, values);

        assertThat(restarted.all().activeAt(now())).isEqualTo(store.all().activeAt(now()));
        assertThat(restarted.at(CLIENT).ofAddress(CLIENT, now())).isPresent();
        pass(Duration.ofMinutes(9));
        assertThat(new KeptBlockStore(clock, values).all().isEmpty()).isTrue();
    }
}
