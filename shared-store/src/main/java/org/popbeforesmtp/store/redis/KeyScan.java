// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.popbeforesmtp.redis.RedisMaster;
import org.popbeforesmtp.redis.RedisServers;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/** Looks at all keys of a server, a thousand at a time. Each step waits as long as a call may. */
final class KeyScan {

    static final int STEP = 1000;

    private final RedisServers servers;

    KeyScan(RedisServers servers) {
        this.servers = servers;
    }

    /** The keys of a server that match a pattern, some at a time: each key at least once, and perhaps twice. */
    Stream<List<String>> keys(RedisMaster master, String pattern) {
        return Stream.iterate(
                        step(master, pattern, ScanParams.SCAN_POINTER_START),
                        Objects::nonNull,
                        last -> last.isCompleteIteration() ? null : step(master, pattern, last.getCursor()))
                .map(ScanResult::getResult)
                .filter(keys -> !keys.isEmpty());
    }

    private ScanResult<String> step(RedisMaster master, String pattern, String cursor) {
        ScanParams params = new ScanParams().match(pattern).count(STEP);
        return servers.administer(master, redis -> redis.scan(cursor, params));
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
