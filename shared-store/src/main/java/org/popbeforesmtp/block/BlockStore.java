// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.block;

import java.util.Optional;

/**
 * Keeps the blocks. All methods may be called from any thread. {@link
 * org.popbeforesmtp.store.StoreUnavailableException} from a change means that it is not confirmed everywhere; the message
 * says what is known, and repeating the call is safe.
 */
public interface BlockStore extends KnownBlocks {

    /** How many blocks may hold at a time, so that each node can hold them all in memory. */
    int MOST = 1_000;

    /** What is said where one more would be too many. */
    String TOO_MANY = MOST + " blocks hold already, as many as there can be: end one of them first";

    /**
     * Blocks: on all nodes, and after a restart, once this returns. A block with the same target is replaced.
     *
     * @throws IllegalStateException with the message {@link #TOO_MANY} if {@link #MOST} others hold already
     */
    void put(Block block);

    /**
     * Ends a block.
     *
     * @return the block, if it still held
     */
    Optional<Block> remove(BlockTarget target);

    /**
     * The blocks of all nodes. For administration: it asks the store.
     *
     * @throws org.popbeforesmtp.store.StoreUnavailableException if the store cannot tell
     */
    Blocks all();
}
