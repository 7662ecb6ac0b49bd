// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.popbeforesmtp.redis.RedisRefusalException;
import org.popbeforesmtp.redis.RedisServers;
import org.popbeforesmtp.redis.RedisUnavailableException;
import org.popbeforesmtp.runtime.LogLimit;
import org.popbeforesmtp.store.Grant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a thread of the store does four times a second: it checks the servers, drains the outage buffer, and now and then
 * counts the grants and reads the blocks. What Redis refuses is logged, counted and shown in the status.
 */
final class Upkeep implements Runnable {

    private static final Logger LOGGER = LoggerFactory.getLogger(RedisGrantStore.class);

    /** So many grants are written at a time at most, so that the servers are checked in between. */
    private static final int DRAINED_AT_A_TIME = 2000;

    /** A full Redis is not asked again at once. */
    private static final int PERIODS_OF_PAUSE = 3;

    private final RedisServers servers;
    private final Administration administration;
    private final RedisBlocks blocks;
    private final OutageBuffer buffer;
    private final GrantKeys keys;
    private final Consumer<Grant> writer;
    private final Duration countPeriod;
    private final LogLimit logLimit;

    private volatile Optional<String> drainTrouble = Optional.empty();
    private volatile Optional<String> countTrouble = Optional.empty();
    private final AtomicLong refusals = new AtomicLong();
    private volatile long count;
    private long nextCountNanos = System.nanoTime();
    private int pause;

    /**
     * The work of one thread.
     *
     * @param writer writes a buffered grant, unless it was revoked
     */
    Upkeep(
            RedisServers servers,
            Administration administration,
            RedisBlocks blocks,
            OutageBuffer buffer,
            GrantKeys keys,
            Consumer<Grant> writer,
            Duration countPeriod,
            LogLimit logLimit) {
        this.servers = servers;
        this.administration = administration;
        this.blocks = blocks;
        this.buffer = buffer;
        this.keys = keys;
        this.writer = writer;
        this.countPeriod = countPeriod;
        this.logLimit = logLimit;
    }

    @Override
    public void run() {
        servers.heartbeat();
        buffer.sweep();
        if (pause > 0) {
            pause--;
        } else {
            drainTrouble = drain();
        }
        if (System.nanoTime() - nextCountNanos >= 0) {
            nextCountNanos = System.nanoTime() + countPeriod.toNanos();
            countTrouble = countAgain();
            lookAtBlocks();
        }
    }

    /** What keeps Redis from taking a part of what is buffered, although it can be used; nothing if it took all. */
    private Optional<String> drain() {
        Optional<String> trouble = Optional.empty();
        Set<String> unavailable = new HashSet<>();
        Iterator<Grant> grants = buffer.unsaved().limit(DRAINED_AT_A_TIME).iterator();
        while (grants.hasNext()) {
            Grant grant = grants.next();
            String shard = keys.shardOf(grant.address());
            if (unavailable.contains(shard)) {
                continue;
            }
            try {
                writer.accept(grant);
                buffer.forget(grant);
            } catch (RedisUnavailableException e) {
                unavailable.add(shard);
                if (e.isFull()) {
                    pause = PERIODS_OF_PAUSE;
                    trouble = Optional.of("Redis is full, new logins count on this node alone: " + e.getMessage());
                }
            } catch (RedisRefusalException e) {
                trouble = Optional.of(String.valueOf(e.getMessage()));
            }
        }
        trouble.ifPresent(this::report);
        return trouble;
    }

    private void lookAtBlocks() {
        try {
            blocks.look();
        } catch (RedisUnavailableException | RedisRefusalException e) {
            // Each look-up of a grant finds out by itself; whatever keeps Redis from answering is told elsewhere.
            LOGGER.debug("The blocks cannot be read: {}", e.getMessage());
        }
    }

    private Optional<String> countAgain() {
        try {
            count = servers.shardsByMaster().keySet().stream()
                    .mapToLong(administration::estimate)
                    .sum();
            return Optional.empty();
        } catch (RedisUnavailableException e) {
            return Optional.empty();
        } catch (RedisRefusalException e) {
            String trouble = "the grants cannot be counted: " + e.getMessage();
            report(trouble);
            return Optional.of(trouble);
        }
    }

    private void report(String trouble) {
        refusals.incrementAndGet();
        if (logLimit.permits()) {
            LOGGER.warn("{}", trouble);
        }
    }

    /** What Redis refused this thread the last time; nothing if all went well. */
    Optional<String> trouble() {
        return drainTrouble.or(() -> countTrouble);
    }

    long refusals() {
        return refusals.get();
    }

    /** About how many grants there are in Redis. */
    long count() {
        return count;
    }
}
