// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.block.Block;
import org.popbeforesmtp.block.BlockStore;
import org.popbeforesmtp.block.BlockTarget;
import org.popbeforesmtp.block.BlockText;
import org.popbeforesmtp.block.Blocks;
import org.popbeforesmtp.store.Value;
import org.popbeforesmtp.store.ValueKey;
import org.popbeforesmtp.store.ValueStore;

/**
 * The blocks of one process, kept as values: as durable as these. It must be the only one that writes blocks there. A change
 * holds here at once; it is confirmed once it is durable.
 */
public final class KeptBlockStore implements BlockStore {

    private static final String KIND = "block";

    private final Clock clock;
    private final ValueStore values;
    private volatile Blocks current;

    /** With the blocks that are kept there already. */
    public KeptBlockStore(Clock clock, ValueStore values) {
        this.clock = clock;
        this.values = values;
        Instant now = clock.instant();
        this.current = Blocks.of(values.list(KIND, "").entrySet().stream()
                .flatMap(kept -> BlockText.read(kept.getKey(), kept.getValue().text())
                        // The value knows what is left of it, also if the clock has been set since.
                        .map(block -> block.from(
                                block.since(), now.plus(kept.getValue().timeToLive())))
                        .stream())
                .collect(Collectors.toList()));
    }

    @Override
    public void put(Block block) {
        synchronized (this) {
            Instant now = clock.instant();
            current = current.onlyActiveAt(now).withRoomFor(block);
            if (block.isActiveAt(now)) {
                Value value = Value.of(BlockText.valueOf(block), Duration.between(now, block.until()));
                values.update(keyOf(block.target()), (key, before) -> Optional.of(value));
            }
        }
        values.awaitDurable();
    }

    @Override
    public Optional<Block> remove(BlockTarget target) {
        Optional<Block> held;
        synchronized (this) {
            Instant now = clock.instant();
            held = current.of(target).filter(block -> block.isActiveAt(now));
            current = current.onlyActiveAt(now).without(target);
            values.update(keyOf(target), (key, before) -> Optional.empty());
        }
        values.awaitDurable();
        return held;
    }

    private static List<ValueKey> keyOf(BlockTarget target) {
        return List.of(ValueKey.of(KIND, BlockText.nameOf(target)));
    }

    @Override
    public Blocks all() {
        return current;
    }

    @Override
    public Blocks at(ClientAddress grantAddress) {
        return current;
    }

    @Override
    public Blocks lastKnown() {
        return current;
    }
}
