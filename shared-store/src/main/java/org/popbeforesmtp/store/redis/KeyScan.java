// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.popbeforesmtp.redis.RedisMaster;
import org.popbeforesmtp.redis.RedisServers;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.util.SafeEncoder;

/** Looks at all keys of a server, a thousand at a time. Each step waits as long as a call may. */
final class KeyScan {

    static final int STEP = 1000;
    static final String START = "0";

    private final RedisServers servers;

    KeyScan(RedisServers servers) {
        this.servers = servers;
    }

    /** The keys of a server that match a pattern, some at a time: each key at least once, and perhaps twice. */
    Stream<List<String>> keys(RedisMaster master, String pattern) {
        return Stream.iterate(
                        step(master, pattern, START),
                        Objects::nonNull,
                        last -> last.isLast ? null : step(master, pattern, last.cursor))
                .map(step -> step.keys)
                .filter(keys -> !keys.isEmpty());
    }

    private Step step(RedisMaster master, String pattern, String cursor) {
        CommandArguments scan = command(Command.SCAN, cursor)
                .add("MATCH")
                .add(pattern)
                .add("COUNT")
                .add(STEP);
        List<?> reply = (List<?>) send(master, List.of(scan)).get(0);
        return new Step(
                (String) reply.get(0),
                ((List<?>) reply.get(1)).stream().map(String.class::cast).collect(Collectors.toList()));
    }

    /** Sends commands to a server at once and waits for all replies: one round trip. */
    List<Object> send(RedisMaster master, List<CommandArguments> commands) {
        return servers.administer(master, connection -> send(connection, commands));
    }

    static List<Object> send(Connection connection, List<CommandArguments> commands) {
        commands.forEach(connection::sendCommand);
        List<Object> replies = connection.getMany(commands.size());
        for (Object reply : replies) {
            if (reply instanceof JedisDataException) {
                throw (JedisDataException) reply;
            }
        }
        return replies.stream().map(SafeEncoder::encodeObject).collect(Collectors.toList());
    }

    static CommandArguments command(Command command, String argument) {
        return new CommandArguments(command).add(argument);
    }

    private static final class Step {

        private final String cursor;
        private final boolean isLast;
        private final List<String> keys;

        private Step(String cursor, List<String> keys) {
            this.cursor = cursor;
            this.isLast = cursor.equals(START);
            this.keys = keys;
        }
    }
}
