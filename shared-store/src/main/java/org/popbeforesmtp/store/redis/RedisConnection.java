// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.io.IOException;
import java.util.List;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Connection;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/** One connection to one Redis server, used by one thread at a time. */
final class RedisConnection implements AutoCloseable {

    private final DeadlineSocket socket;
    private final Connection connection;
    private boolean isAwaitingReplies;
    private long lastUsedNanos = System.nanoTime();

    RedisConnection(DeadlineSocket socket, Connection connection) {
        this.socket = socket;
        this.connection = connection;
    }

    /**
     * Sends one command and waits for its reply.
     *
     * @throws JedisDataException the error that Redis replied
     * @throws JedisConnectionException if there was no reply in time
     */
    Object call(Deadline deadline, CommandArguments command) {
        return orThrow(call(deadline, List.of(command)).get(0));
    }

    /**
     * Sends commands at once and waits for all replies: one round trip. An error reply is an element of the result.
     *
     * @throws JedisConnectionException if not all replies came in time
     */
    List<Object> call(Deadline deadline, List<CommandArguments> commands) {
        socket.limit(deadline);
        isAwaitingReplies = true;
        commands.forEach(connection::sendCommand);
        List<Object> replies = connection.getMany(commands.size());
        isAwaitingReplies = false;
        lastUsedNanos = System.nanoTime();
        return replies;
    }

    static Object orThrow(Object reply) {
        if (reply instanceof JedisDataException) {
            throw (JedisDataException) reply;
        }
        return reply;
    }

    /** Whether another caller can use it: no reply is missing that he would take for his. */
    boolean isUsable() {
        return !isAwaitingReplies && !connection.isBroken();
    }

    long idleNanos() {
        return System.nanoTime() - lastUsedNanos;
    }

    /** Closes it at once, without a farewell that would wait for the server. */
    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new JedisConnectionException(e);
        }
    }
}
