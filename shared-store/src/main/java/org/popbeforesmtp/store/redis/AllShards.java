// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.popbeforesmtp.redis.RedisCall;
import org.popbeforesmtp.redis.RedisException;
import org.popbeforesmtp.redis.RedisMaster;
import org.popbeforesmtp.redis.RedisServers;
import org.popbeforesmtp.store.StoreUnavailableException;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/** What concerns all addresses at once, for administration. Each step waits as long as a call may. */
final class AllShards {

    private final RedisServers servers;
    private final GrantKeys keys;

    AllShards(RedisServers servers, GrantKeys keys) {
        this.servers = servers;
        this.keys = keys;
    }

    /**
     * Does something in one shard after the other, and goes on where one cannot be reached.
     *
     * @param done what holds where it was done, as the beginning of a sentence
     * @param advice how that sentence ends
     * @return the reply of each shard
     * @throws StoreUnavailableException if some shards could not be reached; it says in how many it was done
     */
    <T> Map<String, T> inEach(String done, String advice, Function<RedisCall, T> work) {
        Map<String, T> replies = new LinkedHashMap<>();
        String failure = "";
        for (String shard : keys.shards()) {
            try {
                replies.put(shard, servers.administer(shard, work));
            } catch (RedisException e) {
                failure = e.getMessage();
            }
        }
        if (replies.size() < GrantKeys.SHARDS) {
            throw new StoreUnavailableException(done + " for " + replies.size() + " of " + GrantKeys.SHARDS
                    + " parts of the client addresses, not for the others (" + failure + ")" + advice);
        }
        return replies;
    }

    /**
     * The keys of a server that match a pattern, some at a time. A key that is there all the while comes at least once, and
     * perhaps twice.
     */
    Stream<List<String>> keys(RedisMaster master, String pattern) {
        return Stream.iterate(
                        step(master, pattern, ScanParams.SCAN_POINTER_START),
                        Objects::nonNull,
                        last -> last.isCompleteIteration() ? null : step(master, pattern, last.getCursor()))
                .map(ScanResult::getResult)
                .filter(found -> !found.isEmpty());
    }

    /** Those among about a thousand keys of a server that match a pattern. */
    ScanResult<String> step(RedisMaster master, String pattern, String cursor) {
        return servers.administer(
                master, redis -> redis.scan(cursor, new ScanParams().count(1000).match(pattern)));
    }

    /** Sends a command for each of some things at once and waits for all replies: one round trip. */
    <K, T> Map<K, T> forEach(RedisMaster master, Collection<K> things, BiFunction<Pipeline, K, Response<T>> command) {
        return servers.administer(master, redis -> {
            Pipeline pipeline = redis.pipelined();
            Map<K, Response<T>> responses = new LinkedHashMap<>();
            things.forEach(thing -> responses.put(thing, command.apply(pipeline, thing)));
            pipeline.sync();
            Map<K, T> replies = new LinkedHashMap<>();
            responses.forEach((thing, response) -> replies.put(thing, response.get()));
            return replies;
        });
    }
}
