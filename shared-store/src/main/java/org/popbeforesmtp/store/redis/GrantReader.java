// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

/**
 * Reads grants from Redis, in one round trip. Not by a script: the commands are executed one after the other anyway, and
 * a script takes Redis half as long again as all of them.
 */
final class GrantReader {

    private static final CommandArguments TIME = new CommandArguments(Command.TIME);

    private final GrantKeys keys;
    private final RedisClock clock;
    private final CommandArguments revoking;

    GrantReader(GrantKeys keys, RedisClock clock) {
        this.keys = keys;
        this.clock = clock;
        this.revoking = new CommandArguments(Command.HGETALL).add(keys.revoking());
    }

    /** The active grants of an address. */
    List<Grant> find(RedisConnection connection, Deadline deadline, ClientAddress address) {
        return find(connection, deadline, List.of(address));
    }

    /** The active grants of some addresses. */
    List<Grant> find(RedisConnection connection, Deadline deadline, List<ClientAddress> addresses) {
        List<CommandArguments> commands = new ArrayList<>(addresses.size() + 2);
        for (ClientAddress address : addresses) {
            commands.add(new CommandArguments(Command.HGETALL).add(keys.grants(address)));
        }
        commands.add(revoking);
        // Asked last: what has ended by then is not told of any more.
        commands.add(TIME);
        long before = clock.now();
        List<Object> replies = connection.call(deadline, commands);
        replies.forEach(RedisConnection::orThrow);
        return select(addresses, replies, before);
    }

    private List<Grant> select(List<ClientAddress> addresses, List<Object> replies, long before) {
        int count = addresses.size();
        long now = millis((List<?>) replies.get(count + 1));
        clock.observe(now, before);
        Map<String, Long> revokedAt = revocations((List<?>) replies.get(count));
        List<Grant> found = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<?> hash = (List<?>) replies.get(i);
            for (int j = 0; j + 1 < hash.size(); j += 2) {
                GrantFields.read(addresses.get(i), (byte[]) hash.get(j), (byte[]) hash.get(j + 1))
                        .filter(grant -> isActive(grant, now) && !isRevoked(grant, revokedAt))
                        .ifPresent(grant -> found.add(local(grant, now, before)));
            }
        }
        return found;
    }

    private static boolean isActive(Grant grant, long now) {
        return now < grant.expiresAt().toEpochMilli();
    }

    private static boolean isRevoked(Grant grant, Map<String, Long> revokedAt) {
        Optional<Long> instant = grant.user().map(revokedAt::get);
        return instant.isPresent() && grant.grantedAt().toEpochMilli() <= instant.get();
    }

    /** The grant in the times of this process. Its end is reckoned from when we asked, so that it never lasts longer. */
    private Grant local(Grant grant, long now, long before) {
        long end = before + grant.expiresAt().toEpochMilli() - now;
        return Grant.ofEpochMillis(
                grant.login(), Math.min(end, clock.toLocal(grant.grantedAt().toEpochMilli())), end);
    }

    private static Map<String, Long> revocations(List<?> hash) {
        Map<String, Long> revokedAt = new HashMap<>();
        for (int i = 0; i + 1 < hash.size(); i += 2) {
            revokedAt.put(text(hash.get(i)), Long.parseLong(text(hash.get(i + 1))));
        }
        return revokedAt;
    }

    private static long millis(List<?> time) {
        return Long.parseLong(text(time.get(0))) * 1000 + Long.parseLong(text(time.get(1))) / 1000;
    }

    private static String text(Object reply) {
        return new String((byte[]) reply, StandardCharsets.UTF_8);
    }
}
