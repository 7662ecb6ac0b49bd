// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.block.Block;
import org.popbeforesmtp.block.BlockStore;
import org.popbeforesmtp.block.BlockTarget;
import org.popbeforesmtp.block.BlockText;
import org.popbeforesmtp.block.Blocks;
import org.popbeforesmtp.redis.RedisServers;

/** Blocks in Redis: each shard has all of them, so that a look-up of grants sees in one round trip whether one is new. */
final class RedisBlocks implements BlockStore {

    private static final long TOO_MANY_THERE = -2;
    private static final long ENDED = 1;

    private final RedisServers servers;
    private final GrantKeys keys;
    private final RedisGrants grants;
    private final SeenBlocks seen;
    private final Clock here;
    private final Answers answers;
    private final EveryShard everyShard;

    RedisBlocks(
            RedisServers servers, GrantKeys keys, RedisGrants grants, SeenBlocks seen, Clock here, Answers answers) {
        this.servers = servers;
        this.keys = keys;
        this.grants = grants;
        this.seen = seen;
        this.here = here;
        this.answers = answers;
        this.everyShard = new EveryShard(servers, keys);
    }

    @Override
    public void put(Block block) {
        answers.requireOpen();
        seen.put(block);
        String version = UUID.randomUUID().toString();
        Map<String, Long> replies = everyShard.administer("the block holds", "", (shard, call) -> {
            long left = Duration.between(here.instant(), block.until()).toMillis();
            List<?> reply = Script.PUT_BLOCK.run(
                    call,
                    List.of(GrantKeys.blocks(shard)),
                    version,
                    BlockText.nameOf(block.target()),
                    Math.max(0, left),
                    BlockText.byAndReasonOf(block),
                    MOST);
            return (Long) reply.get(1);
        });
        if (replies.containsValue(TOO_MANY_THERE)) {
            seen.remove(block.target());
            throw new IllegalStateException(TOO_MANY);
        }
    }

    @Override
    public Optional<Block> remove(BlockTarget target) {
        Optional<Block> known = all().of(target).filter(block -> block.isActiveAt(here.instant()));
        String version = UUID.randomUUID().toString();
        Map<String, Long> replies =
                everyShard.administer("the block has ended", "", (shard, call) -> (Long) Script.END_BLOCK
                        .run(call, List.of(GrantKeys.blocks(shard)), version, BlockText.nameOf(target))
                        .get(1));
        seen.remove(target);
        return replies.containsValue(ENDED) ? known : Optional.empty();
    }

    @Override
    public Blocks all() {
        return answers.to(() -> read(keys.shards()));
    }

    /** Reads the blocks of one shard of each server, so that this node knows them should the server go away. */
    void look() {
        List<String> shards = new ArrayList<>();
        servers.shardsByMaster().values().forEach(each -> shards.add(each.get(0)));
        if (!shards.isEmpty()) {
            seen.lastKnown(read(shards));
        }
    }

    private Blocks read(Collection<String> shards) {
        List<Block> blocks = new ArrayList<>();
        for (String shard : shards) {
            blocks.addAll(servers.administer(
                    shard, call -> grants.readBlocks(call, shard).blocks().activeAt(here.instant())));
        }
        return Blocks.of(blocks);
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
