// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.block.Block;
import org.popbeforesmtp.block.BlockStore;
import org.popbeforesmtp.block.BlockTarget;
import org.popbeforesmtp.block.BlockText;
import org.popbeforesmtp.block.Blocks;

/** Blocks in Redis: each shard has all of them, so that a look-up of grants sees in one round trip whether one is new. */
final class RedisBlocks implements BlockStore {

    private final AllShards shards;
    private final SeenBlocks seen;
    private final Clock here;
    private final Answers answers;

    RedisBlocks(AllShards shards, SeenBlocks seen, Clock here, Answers answers) {
        this.shards = shards;
        this.seen = seen;
        this.here = here;
        this.answers = answers;
    }

    @Override
    public void put(Block block) {
        Map<String, Reply> replies;
        try {
            Duration left = Duration.between(here.instant(), block.until());
            replies = change("the block holds", block.target(), left, BlockText.byAndReasonOf(block));
        } finally {
            // What an administrator does here holds here, whatever Redis can be told of it.
            seen.changeLastKnown(blocks -> blocks.with(block));
        }
        if (replies.values().stream().anyMatch(reply -> reply.has("too_many"))) {
            seen.changeLastKnown(blocks -> blocks.without(block.target()));
            throw new IllegalStateException(TOO_MANY);
        }
    }

    @Override
    public Optional<Block> remove(BlockTarget target) {
        Optional<Block> known = all().of(target).filter(block -> block.isActiveAt(here.instant()));
        Map<String, Reply> replies = change("the block has ended", target, Duration.ZERO, "");
        seen.changeLastKnown(blocks -> blocks.without(target));
        return known.filter(block -> replies.values().stream().anyMatch(reply -> reply.number("replaced") > 0));
    }

    private Map<String, Reply> change(String done, BlockTarget target, Duration left, String byAndReason) {
        String version = UUID.randomUUID().toString();
        return answers.to(() -> shards.inEach(
                done,
                "",
                call -> Script.CHANGE_BLOCK.run(
                        call,
                        List.of(GrantKeys.blocks(call.shard())),
                        version,
                        BlockText.nameOf(target),
                        Math.max(0, left.toMillis()),
                        byAndReason,
                        MOST)));
    }

    @Override
    public Blocks all() {
        return answers.to(() -> Blocks.of(shards.inEach("the blocks are known", "", seen::read).values().stream()
                .flatMap(blocks -> blocks.activeAt(here.instant()).stream())
                .collect(Collectors.toList())));
    }

    @Override
    public Blocks at(ClientAddress grantAddress) {
        return seen.at(grantAddress);
    }

    @Override
    public Blocks lastKnown() {
        return seen.lastKnown();
    }
}
