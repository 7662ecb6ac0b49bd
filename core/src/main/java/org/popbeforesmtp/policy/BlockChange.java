// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.policy;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.block.Block;
import org.popbeforesmtp.block.BlockTarget;

/** A block that is put, or ended before its time, and by whom. */
public final class BlockChange {

    private final BlockTarget target;
    private final @Nullable Block block;
    private final String by;

    private BlockChange(BlockTarget target, @Nullable Block block, String by) {
        this.target = target;
        this.block = block;
        this.by = by;
    }

    public static BlockChange put(Block block) {
        return new BlockChange(block.target(), block, block.by());
    }

    public static BlockChange end(BlockTarget target, String by) {
        return new BlockChange(target, null, by);
    }

    /** Who is blocked, or no longer blocked. */
    public BlockTarget target() {
        return target;
    }

    /** The block, if it is put. */
    public Optional<Block> block() {
        return Optional.ofNullable(block);
    }

    /** Who does it, for the log. */
    public String by() {
        return by;
    }
}
