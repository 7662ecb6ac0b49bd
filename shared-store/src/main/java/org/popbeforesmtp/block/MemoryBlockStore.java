// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.block;

import java.time.Clock;
import java.time.Instant;
import java.util.function.Consumer;

/** Keeps the blocks in the memory of this process. A sink may keep what must survive it. */
public final class MemoryBlockStore implements BlockStore {

    private final Clock clock;
    private final Consumer<Blocks> keeper;
    private volatile Blocks current;

    public MemoryBlockStore(Clock clock) {
        this(clock, Blocks.none(), blocks -> {});
    }

    /**
     * Begins with blocks from before.
     *
     * @param keeper is given all blocks at each change before it is confirmed; what it throws is thrown to the caller, and
     *     the change then holds in this process only
     */
    public MemoryBlockStore(Clock clock, Blocks first, Consumer<Blocks> keeper) {
        this.clock = clock;
        this.keeper = keeper;
        this.current = first;
    }

    @Override
    public synchronized void put(Block block) {
        Blocks active = current.onlyActiveAt(clock.instant());
        if (active.size() >= MOST && active.of(block.target()).isEmpty()) {
            throw new IllegalArgumentException("must wait until fewer than " + MOST + " others hold");
        }
        change(active.with(block));
    }

    @Override
    public synchronized boolean remove(BlockTarget target) {
        Instant now = clock.instant();
        boolean held = current.of(target).filter(block -> block.isActiveAt(now)).isPresent();
        change(current.onlyActiveAt(now).without(target));
        return held;
    }

    private void change(Blocks changed) {
        // In force first: a block that cannot be kept still holds here.
        current = changed;
        keeper.accept(changed);
    }

    @Override
    public Blocks current() {
        return current;
    }
}
