// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** Writes grants to Redis and revokes them there. Each method is one round trip over the connection that it is given. */
final class GrantWriter {

    private static final long REVOCATION_MEMORY_MILLIS = Duration.ofHours(24).toMillis();
    private static final long TOO_LATE = -1;
    private static final long REVOKED = 0;

    private final GrantKeys keys;
    private final RedisClock clock;

    GrantWriter(GrantKeys keys, RedisClock clock) {
        this.keys = keys;
        this.clock = clock;
    }

    Grant record(RedisConnection connection, Deadline deadline, Login login, Lifetime lifetime) {
        long millis = lifetime.toDuration().toMillis();
        long before = clock.now();
        List<Long> reply = run(
                connection,
                deadline,
                ScriptCall.of(
                        Script.RECORD,
                        List.of(keys.grants(login.address())),
                        GrantFields.nameOf(login),
                        login.protocol(),
                        millis));
        long end = before + millis;
        return Grant.ofEpochMillis(login, Math.min(clock.toLocal(reply.get(0)), end), end);
    }

    Optional<Grant> renew(RedisConnection connection, Deadline deadline, Grant grant, Duration fromNow) {
        long before = clock.now();
        List<Long> reply = run(connection, deadline, renewal(grant, fromNow.toMillis()));
        if (reply.get(1) == REVOKED) {
            return Optional.empty();
        }
        long begin = grant.grantedAt().toEpochMilli();
        long end = Math.max(begin, before + reply.get(1) - reply.get(0));
        return Optional.of(Grant.ofEpochMillis(grant.login(), begin, end));
    }

    /**
     * Writes grants that Redis missed, with what is left of their lifetimes. None is written that was revoked since it
     * began, and none ends sooner than it did.
     */
    void save(RedisConnection connection, Deadline deadline, List<Grant> grants) {
        long now = clock.now();
        List<ScriptCall> calls = grants.stream()
                .filter(grant -> grant.expiresAt().toEpochMilli() > now)
                .map(grant -> renewal(grant, grant.expiresAt().toEpochMilli() - now))
                .collect(Collectors.toList());
        if (!calls.isEmpty()) {
            runAll(connection, deadline, calls);
        }
    }

    private ScriptCall renewal(Grant grant, long lifetimeMillis) {
        return renewal(keys.grants(grant.address()), grant, lifetimeMillis);
    }

    private ScriptCall renewal(String key, Grant grant, long lifetimeMillis) {
        Login login = grant.login();
        return ScriptCall.of(
                Script.RENEW,
                List.of(
                        key,
                        keys.revokedAddress(login.address()),
                        keys.revokedUser(login.user().orElse(""))),
                GrantFields.nameOf(login),
                login.protocol(),
                lifetimeMillis,
                clock.toRedis(grant.grantedAt().toEpochMilli()));
    }

    /** Does what a login does, but with a key of its own that nobody reads. */
    void tryOut(RedisConnection connection, Deadline deadline, Grant example) {
        run(
                connection,
                deadline,
                renewal(keys.probe(), example, Duration.ofSeconds(1).toMillis()));
    }

    int revoke(RedisConnection connection, Deadline deadline, ClientAddress address) {
        ScriptCall call = ScriptCall.of(
                Script.REVOKE_ADDRESS,
                List.of(keys.grants(address), keys.revokedAddress(address)),
                REVOCATION_MEMORY_MILLIS);
        return run(connection, deadline, call).get(1).intValue();
    }

    /**
     * Begins to revoke a user's grants: from now on no reader counts them.
     *
     * @return when that was, by Redis's clock
     */
    long beginToRevoke(RedisConnection connection, Deadline deadline, String user) {
        ScriptCall call = ScriptCall.of(
                Script.REVOKE_USER_BEGIN,
                List.of(keys.revokedUser(user), keys.revoking()),
                REVOCATION_MEMORY_MILLIS,
                user);
        return run(connection, deadline, call).get(1);
    }

    /** Removes the grants of a user at some addresses, as far as they were revoked: how many were active. */
    int revokeAt(List<byte[]> grantsKeys, RedisConnection connection, Deadline deadline, String user, long revokedAt) {
        ScriptCall call = ScriptCall.of(
                Script.REVOKE_USER_AT,
                grantsKeys,
                revokedAt,
                GrantFields.encrypted(user),
                GrantFields.unencrypted(user));
        return run(connection, deadline, call).get(1).intValue();
    }

    /** All of a user's grants that were revoked then are gone: readers need not look out for them any more. */
    void endRevoking(RedisConnection connection, Deadline deadline, String user, long revokedAt) {
        run(connection, deadline, ScriptCall.of(Script.REVOKE_USER_END, List.of(keys.revoking()), revokedAt, user));
    }

    private List<Long> run(RedisConnection connection, Deadline deadline, ScriptCall call) {
        return runAll(connection, deadline, List.of(call)).get(0);
    }

    private List<List<Long>> runAll(RedisConnection connection, Deadline deadline, List<ScriptCall> calls) {
        List<List<Long>> replies = runOnce(connection, deadline, calls);
        if (anyTooLate(replies)) {
            // The answer is here in time, so the clocks are not as they were; now we know.
            replies = runOnce(connection, deadline, calls);
        }
        if (anyTooLate(replies)) {
            throw new JedisConnectionException("its clock jumps");
        }
        return replies;
    }

    private List<List<Long>> runOnce(RedisConnection connection, Deadline deadline, List<ScriptCall> calls) {
        long before = clock.now();
        List<List<Long>> replies = ScriptCall.all(calls, clock.latest(deadline), connection, deadline);
        replies.forEach(reply -> clock.observe(reply.get(0), before));
        return replies;
    }

    private static boolean anyTooLate(List<List<Long>> replies) {
        return replies.stream().anyMatch(reply -> reply.size() > 1 && reply.get(1) == TOO_LATE);
    }
}
