// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiFunction;
import org.popbeforesmtp.redis.RedisCall;
import org.popbeforesmtp.redis.RedisRefusalException;
import org.popbeforesmtp.redis.RedisServers;
import org.popbeforesmtp.redis.RedisUnavailableException;
import org.popbeforesmtp.store.StoreUnavailableException;

/** Does in every shard what an administrator wants to hold for all client addresses. */
final class EveryShard {

    private final RedisServers servers;
    private final GrantKeys keys;

    EveryShard(RedisServers servers, GrantKeys keys) {
        this.servers = servers;
        this.keys = keys;
    }

    /**
     * Does it in one shard after the other, and goes on where one cannot be reached.
     *
     * @param done what holds where it was done, as the beginning of a sentence
     * @param advice how that sentence ends
     * @return the reply of each shard
     * @throws StoreUnavailableException if some shards could not be reached; it says in how many it was done
     */
    <T> Map<String, T> administer(String done, String advice, BiFunction<String, RedisCall, T> work) {
        Map<String, T> replies = new LinkedHashMap<>();
        String failure = "";
        for (String shard : keys.shards()) {
            try {
                replies.put(shard, servers.administer(shard, call -> work.apply(shard, call)));
            } catch (RedisUnavailableException | RedisRefusalException e) {
                failure = String.valueOf(e.getMessage());
            }
        }
        if (!failure.isEmpty()) {
            throw new StoreUnavailableException(done + " for " + replies.size() + " of " + GrantKeys.SHARDS
                    + " parts of the client addresses, not for the others (" + failure + ")" + advice);
        }
        return replies;
    }
}
