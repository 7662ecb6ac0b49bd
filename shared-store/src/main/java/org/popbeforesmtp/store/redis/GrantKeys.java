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
 * are spread over its masters.
 */
final class GrantKeys {

    static final int SHARDS = 128;
    private static final int VERSION = 2;

    private final String installation;

    GrantKeys(String installation) {
        this.installation = installation;
    }

    /** What the names of all keys of a shard begin with, each once. */
    List<String> shards() {
        return IntStream.range(0, SHARDS).mapToObj(this::shard).collect(Collectors.toUnmodifiableList());
    }

    /** What the names of all keys begin with that belong together with those of an address. */
    String shardOf(ClientAddress address) {
        return shardOf(address.toString());
    }

    /** What the names of all keys begin with that belong to the same shard as a name. */
    String shardOf(String name) {
        return shard(JedisClusterCRC16.getCRC16(name) % SHARDS);
    }

    private String shard(int number) {
        return String.format("{%s:%02x}:%d:", installation, number, VERSION);
    }

    /** A hash: the grants of an address. */
    String grants(ClientAddress address) {
        return shardOf(address) + "grants:" + address;
    }

    /** A sorted set at addresses with more than a few grants: the users, by when the last grant of each ends. */
    String users(ClientAddress address) {
        return shardOf(address) + "users:" + address;
    }

    /** The pattern of all {@link #grants}. */
    String anyGrants() {
        return String.format("{%s:??}:%d:grants:*", installation, VERSION);
    }

    /** The address that a key of {@link #anyGrants} belongs to; nothing if somebody else has made the key. */
    Optional<ClientAddress> addressOf(String grantsKey) {
        int length = (shard(0) + "grants:").length();
        if (grantsKey.length() <= length) {
            return Optional.empty();
        }
        try {
            ClientAddress address = ClientAddress.parse(grantsKey.substring(length));
            return Optional.of(address).filter(known -> grants(known).equals(grantsKey));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** A string: a value. */
    String value(ValueKey key) {
        return shardOf(key.name()) + "values:" + key;
    }

    /** The pattern of all {@link #value values} of a kind. */
    String anyValues(String kind) {
        return String.format("{%s:??}:%d:values:%s:*", installation, VERSION, kind);
    }

    /** The value that a key of {@link #anyValues} belongs to; nothing if somebody else has made the key. */
    Optional<ValueKey> valueOf(String kind, String redisKey) {
        int length = (shard(0) + "values:" + kind + ":").length();
        if (redisKey.length() <= length) {
            return Optional.empty();
        }
        ValueKey key = ValueKey.of(kind, redisKey.substring(length));
        return Optional.of(key).filter(known -> value(known).equals(redisKey));
    }

    /** A string: when the grants of an address were last revoked. */
    String revokedAddress(ClientAddress address) {
        return shardOf(address) + "revoked-address:" + address;
    }

    /** A string: when the grants of a user in a shard were last revoked. */
    static String revokedUser(String shard, String user) {
        return shard + "revoked-user:" + user;
    }

    /** A hash: the users whose grants in a shard are being revoked, and when that began. */
    static String revoking(String shard) {
        return shard + "revoking";
    }

    /** A hash: all blocks, and a version that changes with them. Each shard has the same ones. */
    static String blocks(String shard) {
        return shard + "blocks";
    }

    /** Shaped like {@link #grants}, but none: what is tried out to see whether Redis does what we need. */
    static String probe(String shard) {
        return shard + "probe";
    }
}
