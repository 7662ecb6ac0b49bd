// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import static org.popbeforesmtp.store.redis.KeyScan.command;

import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

/**
 * What has to look at every grant. A scan meets an address that has grants all the while at least once, and perhaps twice.
 */
final class Administration {

    private final RedisServers servers;
    private final KeyScan scan;
    private final GrantKeys keys;
    private final RedisGrants grants;
    private final Clock here;

    Administration(RedisServers servers, KeyScan scan, GrantKeys keys, RedisGrants grants, Clock here) {
        this.servers = servers;
        this.scan = scan;
        this.keys = keys;
        this.grants = grants;
        this.here = here;
    }

    // ---- listing

    /** All active grants, read as the stream is. */
    Stream<Grant> all() {
        servers.requireAll();
        Set<ClientAddress> seen = new HashSet<>();
        return servers.shardsByMaster().entrySet().stream().flatMap(each -> {
            Map<String, List<?>> revoking = revoking(each.getKey(), each.getValue());
            return scan(each.getKey()).flatMap(addresses -> {
                addresses.removeIf(address -> !seen.add(address));
                return read(each.getKey(), addresses, revoking).stream();
            });
        });
    }

    private Map<String, List<?>> revoking(RedisMaster master, List<String> shards) {
        List<Object> replies = scan.send(
                master,
                shards.stream()
                        .map(shard -> command(Command.HGETALL, GrantKeys.revoking(shard)))
                        .collect(Collectors.toList()));
        Map<String, List<?>> revoking = new LinkedHashMap<>();
        for (int i = 0; i < shards.size(); i++) {
            revoking.put(shards.get(i), (List<?>) replies.get(i));
        }
        return revoking;
    }

    private List<Grant> read(RedisMaster master, List<ClientAddress> addresses, Map<String, List<?>> revoking) {
        List<CommandArguments> commands = addresses.stream()
                .map(address -> command(Command.HGETALL, keys.grants(address)))
                .collect(Collectors.toList());
        // Asked last: what has ended by then is not told of any more.
        commands.add(new CommandArguments(Command.TIME));
        long before = here.millis();
        List<Object> replies = scan.send(master, commands);
        long now = millis((List<?>) replies.get(addresses.size()));
        master.clock().observe(now, before);
        List<Grant> found = new ArrayList<>();
        for (int i = 0; i < addresses.size(); i++) {
            ClientAddress address = addresses.get(i);
            List<?> users = revoking.getOrDefault(keys.shardOf(address), List.of());
            found.addAll(grants.read(master, address, (List<?>) replies.get(i), users, now, before));
        }
        return found;
    }

    // ---- revocation by user

    /**
     * Revokes a user's grants: at once for all readers, and then one after the other for good.
     *
     * @return how many active grants were removed
     * @throws StoreUnavailableException if some shards could not be reached; it tells how many, and in the others it holds
     */
    int revokeUser(String user) {
        Map<String, Long> revokedAt = new LinkedHashMap<>();
        String failure = "";
        for (String shard : keys.shards()) {
            try {
                revokedAt.put(shard, servers.administer(shard, call -> grants.beginToRevoke(call, shard, user)));
            } catch (RedisUnavailableException | RedisRefusalException e) {
                failure = String.valueOf(e.getMessage());
            }
        }
        if (!failure.isEmpty()) {
            throw new StoreUnavailableException("not confirmed: the revocation holds for " + revokedAt.size() + " of "
                    + GrantKeys.SHARDS + " parts of the client addresses, not for the others (" + failure
                    + "); repeat it until it is confirmed");
        }
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
        List<CommandArguments> commands = addresses.stream()
                .map(address -> command(Command.HMGET, keys.grants(address))
                        .add(GrantFields.encrypted(user))
                        .add(GrantFields.unencrypted(user)))
                .collect(Collectors.toList());
        List<Object> replies = scan.send(master, commands);
        List<ClientAddress> having = new ArrayList<>();
        for (int i = 0; i < addresses.size(); i++) {
            List<?> values = (List<?>) replies.get(i);
            if (values.get(0) != null || values.get(1) != null) {
                having.add(addresses.get(i));
            }
        }
        return having;
    }

    // ---- the number of grants

    /**
     * About how many grants a server has: exact if all its keys are seen in one step, else reckoned from a thousand of them.
     */
    long estimate(RedisMaster master) {
        long all = (Long)
                scan.send(master, List.of(new CommandArguments(Command.DBSIZE))).get(0);
        List<?> step = (List<?>) scan.send(
                        master,
                        List.of(command(Command.SCAN, KeyScan.START)
                                .add("COUNT")
                                .add(KeyScan.STEP)))
                .get(0);
        List<?> met = (List<?>) step.get(1);
        List<CommandArguments> lengths = met.stream()
                .map(String.class::cast)
                .filter(key -> keys.addressOf(key).isPresent())
                .map(key -> command(Command.HLEN, key))
                .collect(Collectors.toList());
        long found = scan.send(master, lengths).stream()
                .mapToLong(length -> (Long) length)
                .sum();
        return step.get(0).equals(KeyScan.START) || met.isEmpty()
                ? found
                : Math.round((double) found / met.size() * all);
    }

    /** The addresses that have grants on a server, some at a time. */
    private Stream<List<ClientAddress>> scan(RedisMaster master) {
        return scan.keys(master, keys.anyGrants())
                .map(found -> found.stream()
                        .flatMap(key -> keys.addressOf(key).stream())
                        .collect(Collectors.toCollection(ArrayList::new)));
    }

    private static long millis(List<?> time) {
        return Long.parseLong((String) time.get(0)) * 1000 + Long.parseLong((String) time.get(1)) / 1000;
    }
}
