// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.redis.RedisClock;
import org.popbeforesmtp.redis.RedisException;
import org.popbeforesmtp.redis.RedisMaster;
import org.popbeforesmtp.redis.RedisServers;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.StoreUnavailableException;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/** What has to look at every grant. */
final class Administration {

    private final RedisServers servers;
    private final AllShards shards;
    private final GrantKeys keys;
    private final RedisGrants grants;

    Administration(RedisServers servers, AllShards shards, GrantKeys keys, RedisGrants grants) {
        this.servers = servers;
        this.shards = shards;
        this.keys = keys;
        this.grants = grants;
    }

    // ---- listing

    /** All active grants, read as the stream is. */
    Stream<Grant> all() {
        servers.requireAll();
        Set<ClientAddress> seen = new HashSet<>();
        return servers.shardsByMaster().entrySet().stream().flatMap(each -> {
            RedisMaster master = each.getKey();
            Map<String, Map<String, String>> revoking = shards.forEach(
                    master, each.getValue(), (pipeline, shard) -> pipeline.hgetAll(GrantKeys.revoking(shard)));
            return addresses(master).flatMap(some -> {
                some.removeIf(address -> !seen.add(address));
                return read(master, some, revoking).stream();
            });
        });
    }

    private List<Grant> read(
            RedisMaster master, List<ClientAddress> addresses, Map<String, Map<String, String>> revoking) {
        Map<ClientAddress, Map<String, String>> hashes =
                shards.forEach(master, addresses, (pipeline, address) -> pipeline.hgetAll(keys.grants(address)));
        // Asked last: what has ended by then is not listed any more.
        long before = master.clock().now();
        RedisClock.Moment moment = master.clock().observe(millis(servers.administer(master, Jedis::time)), before);
        List<Grant> found = new ArrayList<>();
        hashes.forEach((address, hash) -> found.addAll(
                RedisGrants.read(address, hash, revoking.getOrDefault(keys.shardOf(address), Map.of()), moment)));
        return found;
    }

    private static long millis(List<String> time) {
        return Long.parseLong(time.get(0)) * 1000 + Long.parseLong(time.get(1)) / 1000;
    }

    /** The addresses that have grants on a server, some at a time. */
    private Stream<List<ClientAddress>> addresses(RedisMaster master) {
        return shards.keys(master, keys.anyGrants())
                .map(found -> found.stream()
                        .flatMap(key -> keys.addressOf(key).stream())
                        .collect(Collectors.toCollection(ArrayList::new)));
    }

    // ---- revocation by user

    /**
     * Revokes a user's grants: at once for all readers; then they are removed one after the other.
     *
     * @return how many active grants were removed
     * @throws StoreUnavailableException if some shards could not be reached; it tells how many, and in the others it holds
     */
    int revokeUser(String user) {
        Map<String, Long> revokedAt = shards.inEach(
                "not confirmed: the revocation holds",
                "; repeat it until it is confirmed",
                call -> RedisGrants.beginToRevoke(call, user));
        try {
            int removed = servers.shardsByMaster().keySet().stream()
                    .mapToInt(master -> remove(master, user, revokedAt))
                    .sum();
            revokedAt.forEach((shard, instant) ->
                    servers.administer(shard, call -> RedisGrants.endRevoking(call, user, instant)));
            return removed;
        } catch (RedisException e) {
            throw new StoreUnavailableException(
                    "the revocation holds for all client addresses, but what it revoked could not be removed ("
                            + e.getMessage() + "); repeat it",
                    e);
        }
    }

    private int remove(RedisMaster master, String user, Map<String, Long> revokedAt) {
        return addresses(master)
                .flatMap(some -> having(user, master, some))
                .mapToInt(address -> {
                    String shard = keys.shardOf(address);
                    return servers.administer(
                            shard,
                            call -> grants.removeRevoked(call, address, user, revokedAt.getOrDefault(shard, 0L)));
                })
                .sum();
    }

    private Stream<ClientAddress> having(String user, RedisMaster master, List<ClientAddress> addresses) {
        String[] fields = {GrantFields.nameOf(user, true), GrantFields.nameOf(user, false)};
        return shards
                .forEach(master, addresses, (pipeline, address) -> pipeline.hmget(keys.grants(address), fields))
                .entrySet()
                .stream()
                .filter(values -> values.getValue().stream().anyMatch(Objects::nonNull))
                .map(Map.Entry::getKey);
    }

    // ---- the number of grants

    /** About how many grants there are: exact where all keys of a server are seen in one step, else an estimate from these. */
    long count() {
        return servers.shardsByMaster().keySet().stream()
                .mapToLong(this::estimate)
                .sum();
    }

    private long estimate(RedisMaster master) {
        // Asked in any case, so that a missing right to do so comes to light at once.
        long all = servers.administer(master, Jedis::dbSize);
        ScanResult<String> sample = shards.step(master, "*", ScanParams.SCAN_POINTER_START);
        List<String> met = sample.getResult();
        List<String> ofGrants =
                met.stream().filter(key -> keys.addressOf(key).isPresent()).collect(Collectors.toList());
        long found = shards.forEach(master, ofGrants, Pipeline::hlen).values().stream()
                .mapToLong(Long::longValue)
                .sum();
        return sample.isCompleteIteration() || met.isEmpty() ? found : Math.round((double) found / met.size() * all);
    }
}
