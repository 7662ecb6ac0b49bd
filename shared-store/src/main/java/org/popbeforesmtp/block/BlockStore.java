// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.block;

/**
 * Keeps the blocks. All methods may be called from any thread. {@link
 * org.popbeforesmtp.store.StoreUnavailableException} from a change means that it is not confirmed everywhere; the message
 * says what is known, and repeating the call is safe.
 */
public interface BlockStore {

    /** How many blocks may hold at a time, so that each node can hold them all in memory. */
    int MOST = 1_000;

    /**
     * Blocks: on all nodes, and after a restart, once this returns. A block with the same target is replaced.
     *
     * @throws IllegalArgumentException that says "must ..." if {@link #MOST} others hold already
     */
    void put(Block block);

    /**
     * Ends a block.
     *
     * @return whether there was one that still held
     */
    boolean remove(BlockTarget target);

    /**
     * The blocks, those of all nodes: each one whose {@link #put} returned before this thread's last call to find, record
     * or renew a grant in the store that these blocks belong to.
     */
    Blocks current();
}
