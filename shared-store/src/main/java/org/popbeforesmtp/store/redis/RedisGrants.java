// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.block.Block;
import org.popbeforesmtp.block.BlockText;
import org.popbeforesmtp.block.Blocks;
import org.popbeforesmtp.redis.RedisCall;
import org.popbeforesmtp.redis.RedisClock;
import org.popbeforesmtp.redis.RedisMaster;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;

/** The grants in Redis, read and written by scripts: each method is one round trip. All times there are Redis's. */
final class RedisGrants {

    private static final long REVOCATION_MEMORY_MILLIS = Duration.ofHours(24).toMillis();
    private static final long REVOKED = 0;
    private static final String VERSION = "version";

    private final GrantKeys keys;
    private final Clock here;
    private final IntSupplier usersPerAddress;
    private final SeenBlocks seen;

    RedisGrants(GrantKeys keys, Clock here, IntSupplier usersPerAddress, SeenBlocks seen) {
        this.seen = seen;
        this.keys = keys;
        this.here = here;
        this.usersPerAddress = usersPerAddress;
    }

    Grant record(RedisCall call, Login login, Lifetime lifetime) {
        long millis = lifetime.toDuration().toMillis();
        long before = here.millis();
        String shard = keys.shardOf(login.address());
        List<String> names =
                List.of(keys.grants(login.address()), keys.users(login.address()), GrantKeys.blocks(shard));
        List<?> reply =
                Script.RECORD.run(call, names, GrantFields.nameOf(login), login.protocol(), millis, usersPerAddress());
        learnOfBlocks(call, shard, reply, 2);
        long end = before + millis;
        return Grant.ofEpochMillis(login, Math.min(call.master().clock().toLocal(number(reply, 0)), end), end);
    }

    Optional<Grant> renew(RedisCall call, Grant grant, Duration fromNow) {
        long before = here.millis();
        List<?> reply = renew(call, keys.grants(grant.address()), grant, fromNow.toMillis());
        learnOfBlocks(call, keys.shardOf(grant.address()), reply, 2);
        if (number(reply, 1) == REVOKED) {
            return Optional.empty();
        }
        long end = Math.max(grant.grantedAtMillis(), before + number(reply, 1) - number(reply, 0));
        return Optional.of(Grant.ofEpochMillis(grant.login(), grant.grantedAtMillis(), end));
    }

    /** Writes a grant that Redis missed, with what is left of its lifetime, unless it was revoked since it began. */
    void save(RedisCall call, Grant grant) {
        long left = grant.expiresAtMillis() - here.millis();
        if (left > 0) {
            renew(call, grant, Duration.ofMillis(left));
        }
    }

    /** Does what a login does, but with a key of its own that nobody reads. */
    void probe(RedisCall call, String shard) {
        Login nobody = Login.ofUnknownUser(ClientAddress.parse("0.0.0.0"), Protocol.MANUAL, false);
        long now = here.millis();
        String probe = GrantKeys.probe(shard);
        List<String> names =
                List.of(probe, probe + "-users", probe + "-address", probe + "-user", GrantKeys.blocks(shard));
        find(call, nobody.address(), probe, shard);
        renew(
                call,
                names,
                Grant.ofEpochMillis(nobody, now, now),
                Duration.ofSeconds(1).toMillis());
    }

    private List<?> renew(RedisCall call, String grants, Grant grant, long millis) {
        ClientAddress address = grant.address();
        List<String> names = List.of(
                grants,
                keys.users(address),
                keys.revokedAddress(address),
                GrantKeys.revokedUser(keys.shardOf(address), grant.user().orElse("")),
                GrantKeys.blocks(keys.shardOf(address)));
        return renew(call, names, grant, millis);
    }

    private List<?> renew(RedisCall call, List<String> names, Grant grant, long millis) {
        return Script.RENEW.run(
                call,
                names,
                GrantFields.nameOf(grant.login()),
                grant.login().protocol(),
                millis,
                usersPerAddress(),
                call.master().clock().toRedis(grant.grantedAtMillis()));
    }

    /** The active grants of an address. */
    List<Grant> find(RedisCall call, ClientAddress address) {
        return find(call, address, keys.grants(address), keys.shardOf(address));
    }

    private List<Grant> find(RedisCall call, ClientAddress address, String grants, String shard) {
        long before = here.millis();
        List<?> reply = Script.FIND.run(call, List.of(grants, GrantKeys.revoking(shard), GrantKeys.blocks(shard)));
        learnOfBlocks(call, shard, reply, 3);
        return read(call.master(), address, hash(reply, 1), hash(reply, 2), number(reply, 0), before);
    }

    /**
     * What a hash of grants says.
     *
     * @param revoking what the hash of the users being revoked says
     * @param now the time at Redis
     * @param before the time here when Redis was asked
     */
    List<Grant> read(
            RedisMaster master,
            ClientAddress address,
            Map<String, String> hash,
            Map<String, String> revoking,
            long now,
            long before) {
        List<Grant> found = new ArrayList<>();
        hash.forEach((name, value) -> GrantFields.read(address, name, value)
                .filter(grant -> now < grant.expiresAtMillis() && !isRevoked(grant, revoking))
                .ifPresent(grant -> found.add(local(master.clock(), grant, now, before))));
        return found;
    }

    private static boolean isRevoked(Grant grant, Map<String, String> revoking) {
        Optional<String> revokedAt = grant.user().map(revoking::get);
        return revokedAt.isPresent() && grant.grantedAtMillis() <= Long.parseLong(revokedAt.get());
    }

    private static Map<String, String> hash(List<?> reply, int index) {
        List<?> pairs = (List<?>) reply.get(index);
        Map<String, String> hash = new LinkedHashMap<>();
        for (int i = 0; i + 1 < pairs.size(); i += 2) {
            hash.put((String) pairs.get(i), (String) pairs.get(i + 1));
        }
        return hash;
    }

    /** The grant in the times of this process. Its end is computed from when we asked, so that it never lasts longer. */
    private static Grant local(RedisClock clock, Grant grant, long now, long before) {
        long end = before + grant.expiresAtMillis() - now;
        return Grant.ofEpochMillis(grant.login(), Math.min(end, clock.toLocal(grant.grantedAtMillis())), end);
    }

    int revoke(RedisCall call, ClientAddress address) {
        List<String> names = List.of(keys.grants(address), keys.users(address), keys.revokedAddress(address));
        return (int) number(Script.REVOKE_ADDRESS.run(call, names, REVOCATION_MEMORY_MILLIS), 1);
    }

    /**
     * Begins to revoke a user's grants in a shard: from now on no reader counts them.
     *
     * @return when that was, by Redis's clock
     */
    long beginToRevoke(RedisCall call, String shard, String user) {
        List<String> names = List.of(GrantKeys.revokedUser(shard, user), GrantKeys.revoking(shard));
        return number(Script.REVOKE_USER_BEGIN.run(call, names, REVOCATION_MEMORY_MILLIS, user), 1);
    }

    /** Removes the grants of a user at an address, as far as they were revoked: how many were active. */
    int revokeAt(RedisCall call, ClientAddress address, String user, long revokedAt) {
        List<String> names = List.of(keys.grants(address), keys.users(address));
        return (int) number(Script.REVOKE_USER_AT.run(call, names, revokedAt, user), 1);
    }

    /** All of a user's grants in a shard that were revoked then are gone: readers need not look out for them any more. */
    void endRevoking(RedisCall call, String shard, String user, long revokedAt) {
        Script.REVOKE_USER_END.run(call, List.of(GrantKeys.revoking(shard)), revokedAt, user);
    }

    /** Reads the blocks of a shard if a reply about something else tells that they have changed. */
    private void learnOfBlocks(RedisCall call, String shard, List<?> reply, int index) {
        seen.require(shard, (String) reply.get(index), call.deadline(), () -> readBlocks(call, shard));
    }

    /** The blocks of a shard, in the times of this process; like grants they last no longer here than there. */
    SeenBlocks.Version readBlocks(RedisCall call, String shard) {
        long before = here.millis();
        List<?> reply = Script.READ_BLOCKS.run(call, List.of(GrantKeys.blocks(shard)));
        long now = number(reply, 0);
        Map<String, String> hash = hash(reply, 1);
        List<Block> blocks = new ArrayList<>();
        hash.forEach((name, value) -> BlockText.read(name, value)
                .map(block -> block.from(
                        Instant.ofEpochMilli(
                                call.master().clock().toLocal(block.since().toEpochMilli())),
                        Instant.ofEpochMilli(before + block.until().toEpochMilli() - now)))
                .ifPresent(blocks::add));
        return new SeenBlocks.Version(hash.getOrDefault(VERSION, ""), Blocks.of(blocks));
    }

    private int usersPerAddress() {
        return usersPerAddress.getAsInt();
    }

    private static long number(List<?> reply, int index) {
        return (Long) reply.get(index);
    }
}
