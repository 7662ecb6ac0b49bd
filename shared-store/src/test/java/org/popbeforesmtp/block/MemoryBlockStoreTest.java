// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.runtime.MutableClock;
import org.popbeforesmtp.store.StoreUnavailableException;

class MemoryBlockStoreTest implements BlockStoreContract {

    private final MutableClock clock = new MutableClock();
    private final MemoryBlockStore store = new MemoryBlockStore(clock);

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
    void aChangeShouldBeKeptBeforeItIsConfirmed() {
        List<Blocks> kept = new ArrayList<>();
        MemoryBlockStore keeping = new MemoryBlockStore(clock, Blocks.none(), kept::add);
        Block block = block(BOB, Duration.ofMinutes(5));

        keeping.put(block);
        keeping.remove(BOB);

        assertThat(kept).hasSize(2);
        assertThat(kept.get(0).activeAt(now())).containsExactly(block);
        assertThat(kept.get(1).activeAt(now())).isEmpty();
    }

    @Test
    void aBlockThatCannotBeKeptShouldHoldInThisProcessAndSaySo() {
        MemoryBlockStore failing = new MemoryBlockStore(clock, Blocks.none(), blocks -> {
            throw new StoreUnavailableException("disk full");
        });

        assertThatThrownBy(() -> failing.put(block(BOB, Duration.ofMinutes(5))))
                .isInstanceOf(StoreUnavailableException.class);
        assertThat(failing.current().ofUser("bob@example.org", now())).isPresent();
    }

    @Test
    void blocksFromBeforeShouldHold() {
        Block before = block(NETWORK, Duration.ofMinutes(5));
        MemoryBlockStore restarted = new MemoryBlockStore(clock, Blocks.of(List.of(before)), blocks -> {});

        assertThat(restarted.current().ofAddress(CLIENT, now())).contains(before);
    }

    @Test
    void aBlockShouldLastThirtyDaysAtMostAndNotEndBeforeItBegins() {
        Instant now = now();

        assertThatThrownBy(() -> Block.of(BOB, now, now.plus(Block.LONGEST).plusMillis(1), "", "admin"))
                .hasMessage("must last no longer than 30 days");
        assertThatThrownBy(() -> Block.of(BOB, now, now.minusMillis(1), "", "admin"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(Block.of(BOB, now, now.plus(Block.LONGEST), "", "admin").until())
                .isEqualTo(Instant.ofEpochMilli(now.plus(Block.LONGEST).toEpochMilli()));
    }

    @Test
    void aReasonShouldNotBeLongerThanALine() {
        assertThatThrownBy(() -> Block.of(BOB, now(), now(), "x".repeat(201), "admin"))
                .hasMessage("must have at most 200 characters");
    }
}
