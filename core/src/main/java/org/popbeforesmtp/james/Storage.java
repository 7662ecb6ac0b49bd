// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.james;

import org.popbeforesmtp.block.BlockStore;
import org.popbeforesmtp.store.GrantStore;
import org.popbeforesmtp.store.ValueStore;

/** One place where a product keeps all it has to remember: grants, and small values beside them. */
public final class Storage implements AutoCloseable {

    private final GrantStore grants;
    private final ValueStore values;
    private final BlockStore blocks;

    private Storage(GrantStore grants, ValueStore values, BlockStore blocks) {
        this.grants = grants;
        this.values = values;
        this.blocks = blocks;
    }

    /**
     * A storage.
     *
     * @param values what is let go together with the grants, or holds nothing that must be let go
     * @param blocks whom an administrator keeps from using these grants; let go together with them, too
     */
    public static Storage of(GrantStore grants, ValueStore values, BlockStore blocks) {
        return new Storage(grants, values, blocks);
    }

    public GrantStore grants() {
        return grants;
    }

    public ValueStore values() {
        return values;
    }

    public BlockStore blocks() {
        return blocks;
    }

    /** Lets go of files, connections and threads; closing twice does no harm. */
    @Override
    public void close() {
        grants.close();
    }
}
