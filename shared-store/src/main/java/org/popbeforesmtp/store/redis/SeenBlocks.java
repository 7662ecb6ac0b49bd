// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.block.Block;
import org.popbeforesmtp.block.BlockText;
import org.popbeforesmtp.block.Blocks;
import org.popbeforesmtp.block.KnownBlocks;
import org.popbeforesmtp.redis.RedisCall;
import org.popbeforesmtp.redis.RedisClock;

/**
 * The blocks as this node has seen them last, in each shard. Whoever asks a shard for grants says which version of its blocks
 * this node knows, and gets those that are there if it is another one.
 */
final class SeenBlocks implements KnownBlocks {

    private final GrantKeys keys;
    private final Map<String, Version> byShard = new ConcurrentHashMap<>();
    private volatile Blocks lastKnown = Blocks.none();
    private volatile boolean areKnown;

    SeenBlocks(GrantKeys keys) {
        this.keys = keys;
    }

    /**
     * Runs a script about grants. The blocks of the shard that were there when it ran, or later ones, are known when this
     * returns.
     */
    Reply ask(RedisCall call, Script script, List<String> names, List<Object> arguments) {
        Version known = versionOf(call.shard());
        List<Object> all = new ArrayList<>(List.of(known.name));
        all.addAll(arguments);
        Reply reply = script.run(call, names, all.toArray());
        if (reply.has("blocks") && !byShard.replace(call.shard(), known, new Version(reply))) {
            // Another thread has seen another version since: perhaps a later one, perhaps not.
            read(call);
        }
        lastKnown = versionOf(call.shard()).blocks;
        areKnown = true;
        return reply;
    }

    /** The blocks in a shard. */
    Blocks read(RedisCall call) {
        ask(call, Script.FIND, GrantKeys.toReadProbe(call.shard()), List.of());
        return versionOf(call.shard()).blocks;
    }

    private Version versionOf(String shard) {
        return byShard.computeIfAbsent(shard, any -> new Version());
    }

    @Override
    public Blocks at(ClientAddress grantAddress) {
        return versionOf(keys.shardOf(grantAddress)).blocks;
    }

    /** Those that came from whichever shard was asked last, and what was changed here since. */
    @Override
    public Blocks lastKnown() {
        return lastKnown;
    }

    /** Whether this process has ever been told which blocks there are. Until then somebody may be blocked of whom it does not know. */
    boolean areKnown() {
        return areKnown;
    }

    synchronized void changeLastKnown(UnaryOperator<Blocks> change) {
        lastKnown = change.apply(lastKnown);
    }

    /** The blocks of a shard at one moment. */
    private static final class Version {

        private static final String FIELD = "version";

        private final String name;
        private final Blocks blocks;

        private Version() {
            this.name = "";
            this.blocks = Blocks.none();
        }

        private Version(Reply reply) {
            Map<String, String> hash = reply.hash("blocks");
            this.name = hash.getOrDefault(FIELD, "");
            this.blocks = Blocks.of(hash.entrySet().stream()
                    .flatMap(field -> BlockText.read(field.getKey(), field.getValue()).stream())
                    .map(block -> here(block, reply.moment()))
                    .collect(Collectors.toList()));
        }

        private static Block here(Block block, RedisClock.Moment moment) {
            return block.from(
                    Instant.ofEpochMilli(moment.beginHere(block.since().toEpochMilli())),
                    Instant.ofEpochMilli(moment.endHere(block.until().toEpochMilli())));
        }
    }
}
