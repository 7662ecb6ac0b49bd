// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.block;

import org.popbeforesmtp.address.ClientAddress;

/** The blocks as those see them who decide about grants. Never asks anybody and never waits, so mail sessions may call it. */
public interface KnownBlocks {

    /** Where nobody can block. */
    KnownBlocks NONE = new KnownBlocks() {
        @Override
        public Blocks at(ClientAddress grantAddress) {
            return Blocks.none();
        }

        @Override
        public Blocks lastKnown() {
            return Blocks.none();
        }
    };

    /**
     * The blocks that hold for the grants of an address, those of all nodes: each one whose {@link BlockStore#put} returned
     * before this thread last found, recorded or renewed grants of that address, if the store answered.
     *
     * @param grantAddress what the grants are kept under
     */
    Blocks at(ClientAddress grantAddress);

    /** All that this process knows of: for figures, and for as long as the store of the grants cannot answer. */
    Blocks lastKnown();
}
