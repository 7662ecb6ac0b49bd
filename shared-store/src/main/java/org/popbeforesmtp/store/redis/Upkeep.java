// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.popbeforesmtp.redis.Heartbeat;
import org.popbeforesmtp.redis.RedisException;
import org.popbeforesmtp.redis.RedisServers;
import org.popbeforesmtp.redis.RedisUnavailableException;
import org.popbeforesmtp.runtime.LogLimit;
import org.popbeforesmtp.store.Grant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a thread of the store does four times a second: it checks the servers, drains the outage buffer, and now and then
 * counts the grants. What Redis refuses is logged, counted and shown in the status.
 */
final class Upkeep implements Runnable {

    private static final Logger LOGGER = LoggerFactory.getLogger(RedisGrantStore.class);

    /** So many grants are written at a time at most, so that the servers are checked in between. */
    private static final int DRAINED_AT_A_TIME = 2000;

    private final Heartbeat heartbeat;
    private final RedisServers servers;
    private final Administration administration;
    private final OutageBuffer buffer;
    private final GrantKeys keys;
    private final RedisGrants redis;
    private final Duration countPeriod;
    private final LogLimit logLimit;

    private volatile Optional<String> drainTrouble = Optional.empty();
    private volatile Optional<String> countTrouble = Optional.empty();
    private final AtomicLong refusals = new AtomicLong();
    private volatile long count;
    private long nextCountNanos = System.nanoTime();

    Upkeep(
            Heartbeat heartbeat,
            RedisServers servers,
            Administration administration,
            OutageBuffer buffer,
            GrantKeys keys,
            RedisGrants redis,
            Duration countPeriod,
            LogLimit logLimit) {
        this.heartbeat = heartbeat;
        this.servers = servers;
        this.administration = administration;
        this.buffer = buffer;
        this.keys = keys;
        this.redis = redis;
        this.countPeriod = countPeriod;
        this.logLimit = logLimit;
    }

    @Override
    public void run() {
        heartbeat.beat();
        buffer.sweep();
        drainTrouble = drain();
        if (System.nanoTime() - nextCountNanos >= 0) {
            nextCountNanos = System.nanoTime() + countPeriod.toNanos();
            countTrouble = countAgain();
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
                servers.call(shard, call -> redis.save(call, grant));
                buffer.forget(grant);
            } catch (RedisUnavailableException e) {
                unavailable.add(shard);
                if (e.isFull()) {
                    trouble = Optional.of("Redis is full, new logins count on this node alone: " + e.getMessage());
                }
            } catch (RedisException e) {
                trouble = Optional.of(e.getMessage());
            }
        }
        trouble.ifPresent(this::report);
        return trouble;
    }

    private Optional<String> countAgain() {
        try {
            count = administration.count();
            return Optional.empty();
        } catch (RedisUnavailableException e) {
            return Optional.empty();
        } catch (RedisException e) {
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
