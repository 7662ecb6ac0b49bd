// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.redis;

import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisDataException;

/** What a piece of work gets that talks to Redis: the client, the shard and server that are meant, and how long somebody waits. */
public final class RedisCall {

    private final UnifiedJedis client;
    private final RedisMaster master;
    private final String shard;
    private final Deadline deadline;

    RedisCall(UnifiedJedis client, RedisMaster master, String shard, Deadline deadline) {
        this.client = client;
        this.master = master;
        this.shard = shard;
        this.deadline = deadline;
    }

    public UnifiedJedis client() {
        return client;
    }

    public RedisMaster master() {
        return master;
    }

    public String shard() {
        return shard;
    }

    public Deadline deadline() {
        return deadline;
    }

    /** Does some writing; whether Redis had room for it. */
    public boolean unlessFull(Runnable write) {
        try {
            write.run();
            return true;
        } catch (JedisDataException e) {
            if (FailureText.isFull(e)) {
                return false;
            }
            throw e;
        }
    }
}
