// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.popbeforesmtp.address.Network;
import org.popbeforesmtp.block.Block;

/** A block in JSON. */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
@JsonPropertyOrder({"network", "user", "since", "until", "reason", "by"})
final class BlockView {

    private final Block block;

    BlockView(Block block) {
        this.block = block;
    }

    /** The network in canonical form, a single address without a length; absent if a user is blocked. */
    public Optional<String> getNetwork() {
        return block.target().network().map(Network::toString);
    }

    /** The user as James knows them; absent if a network is blocked. */
    public Optional<String> getUser() {
        return block.target().user();
    }

    public Instant getSince() {
        return block.since();
    }

    public Instant getUntil() {
        return block.until();
    }

    /** Empty if none was given. */
    public String getReason() {
        return block.reason();
    }

    /** Who blocked. */
    public String getBy() {
        return block.by();
    }

    /** All blocks, in JSON. */
    static final class All {

        private final List<Block> blocks;

        All(List<Block> blocks) {
            this.blocks = blocks;
        }

        public List<BlockView> getBlocks() {
            return blocks.stream().map(BlockView::new).collect(Collectors.toUnmodifiableList());
        }
    }

    /** A block that was put, in JSON. */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    @JsonPropertyOrder({"block", "revoked", "userExists"})
    static final class Put {

        private final Block block;
        private final int revoked;
        private final Optional<Boolean> userExists;

        Put(Block block, int revoked, Optional<Boolean> userExists) {
            this.block = block;
            this.revoked = revoked;
            this.userExists = userExists;
        }

        /** Whether James knows a blocked user: a mistyped name blocks nobody. */
        public Optional<Boolean> getUserExists() {
            return userExists;
        }

        public BlockView getBlock() {
            return new BlockView(block);
        }

        /** How many active grants were revoked. */
        public int getRevoked() {
            return revoked;
        }
    }

    /** A block that was ended, in JSON. */
    static final class Ended {

        private final Block block;

        Ended(Block block) {
            this.block = block;
        }

        public BlockView getBlock() {
            return new BlockView(block);
        }
    }
}
