// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.ValueKey;
import redis.clients.jedis.util.JedisClusterCRC16;

/**
 * The names of the keys, described in docs/redis.md. An address belongs to one of a fixed number of shards. The braces put
 * all keys of a shard into one slot of a cluster, so that one script can see a grant and its revocation, and the shards
 * are spread over its masters. A shard is named by what all its keys begin with.
 */
final class GrantKeys {

    static final int SHARDS = 128;

    private final String installation;
    private final List<String> shards;

    GrantKeys(String installation) {
        this.installation = installation;
        this.shards = IntStream.range(0, SHARDS)
                .mapToObj(number -> shard(String.format("%02x", number)))
                .collect(Collectors.toUnmodifiableList());
    }

    private String shard(String number) {
        return "{" + installation + ":" + number + "}:2:";
    }

    List<String> shards() {
        return shards;
    }

    String shardOf(String name) {
        return shards.get(JedisClusterCRC16.getCRC16(name) % SHARDS);
    }

    String shardOf(ClientAddress address) {
        return shardOf(address.toString());
    }

    /** What a script gets that reads the grants of an address, in the order of address.lua. */
    List<String> toRead(ClientAddress address) {
        String shard = shardOf(address);
        return List.of(shard + "grants:" + address, revoking(shard), blocks(shard));
    }

    /** What a script gets that changes them. */
    List<String> toWrite(ClientAddress address, String user) {
        String shard = shardOf(address);
        return List.of(
                shard + "grants:" + address,
                revoking(shard),
                blocks(shard),
                shard + "users:" + address,
                shard + "revoked-address:" + address,
                revokedUser(shard, user));
    }

    /** As {@link #toRead}, for nobody: what is tried out to see whether Redis does what we need. */
    static List<String> toReadProbe(String shard) {
        return List.of(shard + "probe", revoking(shard), blocks(shard));
    }

    /** As {@link #toReadProbe}, to write. */
    static List<String> toWriteProbe(String shard) {
        return List.of(shard + "probe", revoking(shard), blocks(shard), shard + "probe-users");
    }

    static String revokedUser(String shard, String user) {
        return shard + "revoked-user:" + user;
    }

    static String revoking(String shard) {
        return shard + "revoking";
    }

    static String blocks(String shard) {
        return shard + "blocks";
    }

    String grants(ClientAddress address) {
        return toRead(address).get(0);
    }

    /** The pattern of all {@link #grants}. */
    String anyGrants() {
        return shard("??") + "grants:*";
    }

    /** The address of a key of {@link #anyGrants}; nothing if somebody else has made the key. */
    Optional<ClientAddress> addressOf(String key) {
        try {
            return named(key, anyGrants())
                    .map(ClientAddress::parse)
                    .filter(address -> grants(address).equals(key));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    String value(ValueKey key) {
        return shardOf(key.name()) + "values:" + key;
    }

    /** The pattern of all {@link #value values} of a kind. */
    String anyValues(String kind) {
        return shard("??") + "values:" + kind + ":*";
    }

    /** The value of a key of {@link #anyValues}; nothing if somebody else has made the key. */
    Optional<ValueKey> valueOf(String kind, String key) {
        return named(key, anyValues(kind))
                .map(name -> ValueKey.of(kind, name))
                .filter(value -> value(value).equals(key));
    }

    /** What the asterisk at the end of a pattern stands for in a key. */
    private static Optional<String> named(String key, String pattern) {
        int begin = pattern.length() - 1;
        return key.length() > begin ? Optional.of(key.substring(begin)) : Optional.empty();
    }
}
