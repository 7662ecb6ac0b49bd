// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.redis.RedisMaster;
import org.popbeforesmtp.redis.RedisRefusalException;
import org.popbeforesmtp.redis.RedisServers;
import org.popbeforesmtp.redis.RedisUnavailableException;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.StoreUnavailableException;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/**
 * What has to look at every grant. A scan meets an address that has grants all the while at least once, and perhaps twice.
 */
final class Administration {

    private final RedisServers servers;
    private final KeyScan scan;
    private final GrantKeys keys;
    private final RedisGrants grants;
    private final Clock here;
    private final EveryShard everyShard;

    Administration(RedisServers servers, KeyScan scan, GrantKeys keys, RedisGrants grants, Clock here) {
        this.servers = servers;
        this.scan = scan;
        this.keys = keys;
        this.grants = grants;
        this.here = here;
        this.everyShard = new EveryShard(servers, keys);
    }

    // ---- listing

    /** All active grants, read as the stream is. */
    Stream<Grant> all() {
        servers.requireAll();
        Set<ClientAddress> seen = new HashSet<>();
        return servers.shardsByMaster().entrySet().stream().flatMap(each -> {
            Map<String, Map<String, String>> revoking = scan.forEach(
                    each.getKey(), each.getValue(), (pipeline, shard) -> pipeline.hgetAll(GrantKeys.revoking(shard)));
            return scan(each.getKey()).flatMap(addresses -> {
                addresses.removeIf(address -> !seen.add(address));
                return read(each.getKey(), addresses, revoking).stream();
            });
        });
    }

    private List<Grant> read(
            RedisMaster master, List<ClientAddress> addresses, Map<String, Map<String, String>> revoking) {
        Map<ClientAddress, Map<String, String>> hashes =
                scan.forEach(master, addresses, (pipeline, address) -> pipeline.hgetAll(keys.grants(address)));
        long before = here.millis();
        // Asked last: what has ended by then is not listed any more.
        long now = millis(servers.administer(master, Jedis::time));
        master.clock().observe(now, before);
        List<Grant> found = new ArrayList<>();
        hashes.forEach((address, hash) -> found.addAll(grants.read(
                master, address, hash, revoking.getOrDefault(keys.shardOf(address), Map.of()), now, before)));
        return found;
    }

    // ---- revocation by user

    /**
     * Revokes a user's grants: at once for all readers; then they are removed one after the other.
     *
     * @return how many active grants were removed
     * @throws StoreUnavailableException if some shards could not be reached; it tells how many, and in the others it holds
     */
    int revokeUser(String user) {
        Map<String, Long> revokedAt = everyShard.administer(
                "not confirmed: the revocation holds",
                "; repeat it until it is confirmed",
                (shard, call) -> grants.beginToRevoke(call, shard, user));
        return remove(user, revokedAt);
    }

    private int remove(String user, Map<String, Long> revokedAt) {
        int[] removed = new int[1];
        try {
            for (RedisMaster master : servers.shardsByMaster().keySet()) {
                scan(master).forEach(addresses -> {
                    for (ClientAddress address : having(user, master, addresses)) {
                        String shard = keys.shardOf(address);
                        removed[0] += servers.administer(
                                shard, call -> grants.revokeAt(call, address, user, revokedAt.getOrDefault(shard, 0L)));
                    }
                });
            }
            revokedAt.forEach((shard, instant) -> servers.administer(shard, call -> {
                grants.endRevoking(call, shard, user, instant);
                return true;
            }));
        } catch (RedisUnavailableException | RedisRefusalException e) {
            throw new StoreUnavailableException(
                    "the revocation holds for all client addresses, but what it revoked could not be removed ("
                            + e.getMessage() + "); repeat it",
                    e);
        }
        return removed[0];
    }

    private List<ClientAddress> having(String user, RedisMaster master, List<ClientAddress> addresses) {
        List<ClientAddress> having = new ArrayList<>();
        scan.forEach(
                        master,
                        addresses,
                        (pipeline, address) -> pipeline.hmget(
                                keys.grants(address), GrantFields.encrypted(user), GrantFields.unencrypted(user)))
                .forEach((address, values) -> {
                    if (values.stream().anyMatch(Objects::nonNull)) {
                        having.add(address);
                    }
                });
        return having;
    }

    // ---- the number of grants

    /**
     * About how many grants a server has: exact if all its keys are seen in one step, else an estimate from a thousand of
     * them.
     */
    long estimate(RedisMaster master) {
        // Asked in any case, so that a missing right to do so comes to light at once.
        long all = servers.administer(master, Jedis::dbSize);
        ScanResult<String> sample = servers.administer(
                master, redis -> redis.scan(ScanParams.SCAN_POINTER_START, new ScanParams().count(KeyScan.STEP)));
        List<String> met = sample.getResult();
        List<String> ofGrants =
                met.stream().filter(key -> keys.addressOf(key).isPresent()).collect(Collectors.toList());
        long found = scan.forEach(master, ofGrants, Pipeline::hlen).values().stream()
                .mapToLong(Long::longValue)
                .sum();
        return sample.isCompleteIteration() || met.isEmpty() ? found : Math.round((double) found / met.size() * all);
    }

    /** The addresses that have grants on a server, some at a time. */
    private Stream<List<ClientAddress>> scan(RedisMaster master) {
        return scan.keys(master, keys.anyGrants())
                .map(found -> found.stream()
                        .flatMap(key -> keys.addressOf(key).stream())
                        .collect(Collectors.toCollection(ArrayList::new)));
    }

    private static long millis(List<String> time) {
        return Long.parseLong(time.get(0)) * 1000 + Long.parseLong(time.get(1)) / 1000;
    }
}
