// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.redis.RedisCall;
import org.popbeforesmtp.redis.RedisClock;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;

/** The grants in Redis, read and written by scripts: each method is one round trip. All times there are Redis's. */
final class RedisGrants {

    private static final long REVOCATION_MEMORY_MILLIS = Duration.ofHours(24).toMillis();
    private static final Login NOBODY = Login.ofUnknownUser(ClientAddress.parse("0.0.0.0"), Protocol.MANUAL, false);

    private final GrantKeys keys;
    private final IntSupplier usersPerAddress;
    private final SeenBlocks blocks;

    RedisGrants(GrantKeys keys, IntSupplier usersPerAddress, SeenBlocks blocks) {
        this.keys = keys;
        this.usersPerAddress = usersPerAddress;
        this.blocks = blocks;
    }

    // ---- logins, renewals and look-ups

    Grant record(RedisCall call, Login login, Lifetime lifetime) {
        long millis = lifetime.toDuration().toMillis();
        RedisClock.Moment moment =
                write(call, Script.RECORD, keysOf(login), login, millis).moment();
        return here(Grant.ofEpochMillis(login, moment.atRedis(), moment.atRedis() + millis), moment);
    }

    /** Does what a look-up and a login do, but with keys of its own that nobody reads. */
    void probe(RedisCall call) {
        // The shorter command first: Redis lets nobody say much who has not given the password, and would not say why.
        blocks.read(call);
        write(call, Script.RECORD, GrantKeys.toWriteProbe(call.shard()), NOBODY, 1000);
    }

    Optional<Grant> renew(RedisCall call, Grant grant, Duration fromNow) {
        Login login = grant.login();
        long begin = call.master().clock().toRedis(grant.grantedAtMillis());
        Reply reply = write(call, Script.RENEW, keysOf(login), login, fromNow.toMillis(), begin);
        if (!reply.has("ends_at")) {
            return Optional.empty();
        }
        long end = reply.moment().endHere(reply.number("ends_at"));
        return Optional.of(Grant.ofEpochMillis(login, grant.grantedAtMillis(), Math.max(grant.grantedAtMillis(), end)));
    }

    private Reply write(RedisCall call, Script script, List<String> names, Login login, long millis, Object... more) {
        List<Object> arguments = new ArrayList<>(
                List.of(GrantFields.nameOf(login), login.protocol(), millis, usersPerAddress.getAsInt()));
        arguments.addAll(List.of(more));
        return blocks.ask(call, script, names, arguments);
    }

    /** Writes a grant that Redis missed, with what is left of its lifetime, unless it was revoked since it began. */
    Optional<Grant> save(RedisCall call, Grant grant) {
        long left = grant.expiresAtMillis() - call.master().clock().now();
        return left > 0 ? renew(call, grant, Duration.ofMillis(left)) : Optional.empty();
    }

    private List<String> keysOf(Login login) {
        return keys.toWrite(login.address(), login.user().orElse(""));
    }

    /** The active grants of an address. */
    List<Grant> find(RedisCall call, ClientAddress address) {
        Reply reply = blocks.ask(call, Script.FIND, keys.toRead(address), List.of());
        return read(address, reply.hash("grants"), reply.hash("revoking"), reply.moment());
    }

    /** The active grants in a hash, without those of users whose grants are being revoked. */
    static List<Grant> read(
            ClientAddress address, Map<String, String> grants, Map<String, String> revoking, RedisClock.Moment moment) {
        List<Grant> found = new ArrayList<>();
        grants.forEach((name, value) -> GrantFields.read(address, name, value)
                .filter(grant -> moment.atRedis() < grant.expiresAtMillis() && !isRevoked(grant, revoking))
                .ifPresent(grant -> found.add(here(grant, moment))));
        return found;
    }

    private static boolean isRevoked(Grant grant, Map<String, String> revoking) {
        Optional<String> revokedAt = grant.user().map(revoking::get);
        return revokedAt.isPresent() && grant.grantedAtMillis() <= Long.parseLong(revokedAt.get());
    }

    private static Grant here(Grant grant, RedisClock.Moment moment) {
        long end = moment.endHere(grant.expiresAtMillis());
        return Grant.ofEpochMillis(grant.login(), Math.min(end, moment.beginHere(grant.grantedAtMillis())), end);
    }

    // ---- revocations

    int revoke(RedisCall call, ClientAddress address) {
        return (int) Script.REVOKE_ADDRESS
                .run(call, keys.toWrite(address, ""), REVOCATION_MEMORY_MILLIS)
                .number("removed");
    }

    /**
     * Begins to revoke a user's grants in a shard: from now on no reader counts them.
     *
     * @return when that was, by Redis's clock
     */
    static long beginToRevoke(RedisCall call, String user) {
        List<String> names = List.of(GrantKeys.revokedUser(call.shard(), user), GrantKeys.revoking(call.shard()));
        return Script.REVOKE_USER_BEGIN
                .run(call, names, REVOCATION_MEMORY_MILLIS, user)
                .number("revoked_at");
    }

    /** Removes the grants of a user at an address, as far as they were revoked: how many were active. */
    int removeRevoked(RedisCall call, ClientAddress address, String user, long revokedAt) {
        return (int) Script.REVOKE_USER_REMOVE
                .run(call, keys.toWrite(address, user), revokedAt, user)
                .number("removed");
    }

    /** All of a user's grants in a shard that were revoked then are gone: readers need not look out for them any more. */
    static Reply endRevoking(RedisCall call, String user, long revokedAt) {
        return Script.REVOKE_USER_END.run(call, List.of(GrantKeys.revoking(call.shard())), revokedAt, user);
    }
}
