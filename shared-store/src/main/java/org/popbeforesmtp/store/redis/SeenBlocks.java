// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.block.Block;
import org.popbeforesmtp.block.BlockTarget;
import org.popbeforesmtp.block.Blocks;
import org.popbeforesmtp.block.KnownBlocks;
import org.popbeforesmtp.redis.Deadline;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * The blocks as this node has read them last, of each shard by itself: each has all blocks, and a version that changes with
 * them. Whatever is asked of a shard comes back with its version, so a look-up only reads the blocks that have changed.
 */
final class SeenBlocks implements KnownBlocks {

    private final Function<ClientAddress, String> shards;
    private final Map<String, Shard> byShard = new ConcurrentHashMap<>();
    private volatile Blocks lastKnown = Blocks.none();
    private volatile boolean areKnown;

    /**
     * Without any block yet.
     *
     * @param shards the shard of an address
     */
    SeenBlocks(Function<ClientAddress, String> shards) {
        this.shards = shards;
    }

    @Override
    public Blocks at(ClientAddress grantAddress) {
        Shard shard = byShard.get(shards.apply(grantAddress));
        return shard == null ? Blocks.none() : shard.seen.blocks;
    }

    @Override
    public Blocks lastKnown() {
        return lastKnown;
    }

    /** Whether this process has ever been told which blocks there are. Until then somebody may be blocked of whom it does not know. */
    boolean areKnown() {
        return areKnown;
    }

    /**
     * Makes sure that the blocks of a shard are those of a version, or of a later one.
     *
     * @param reader reads the blocks of the shard as they are now
     */
    void require(String shardName, String version, Deadline deadline, Supplier<Version> reader) {
        Shard shard = byShard.computeIfAbsent(shardName, any -> new Shard());
        if (!shard.seen.is(version)) {
            read(shard, version, deadline, reader);
        }
        areKnown = true;
    }

    private void read(Shard shard, String version, Deadline deadline, Supplier<Version> reader) {
        // One after the other, so that what was read later is never replaced by what was read before.
        lock(shard.reading, deadline);
        try {
            if (!shard.seen.is(version)) {
                Version read = reader.get();
                shard.seen = read;
                lastKnown = read.blocks;
            }
        } finally {
            shard.reading.unlock();
        }
    }

    private static void lock(ReentrantLock lock, Deadline deadline) {
        try {
            if (lock.tryLock(deadline.remainingMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new JedisConnectionException("no answer in time");
    }

    /** What an administrator does here holds here, whatever Redis can be told of it. */
    void put(Block block) {
        lastKnown = lastKnown.with(block);
    }

    void remove(BlockTarget target) {
        lastKnown = lastKnown.without(target);
    }

    void lastKnown(Blocks blocks) {
        lastKnown = blocks;
        areKnown = true;
    }

    private static final class Shard {
        private final ReentrantLock reading = new ReentrantLock();
        private volatile Version seen = new Version("", Blocks.none());
    }

    /** The blocks of a shard at one moment. */
    static final class Version {
        private final String name;
        private final Blocks blocks;

        /**
         * A version.
         *
         * @param name which no other has; empty if there are no blocks
         */
        Version(String name, Blocks blocks) {
            this.name = name;
            this.blocks = blocks;
        }

        Blocks blocks() {
            return blocks;
        }

        private boolean is(String version) {
            return name.equals(version);
        }
    }
}
