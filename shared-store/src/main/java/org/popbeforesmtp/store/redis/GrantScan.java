// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

/**
 * Goes through the addresses that have grants, a thousand keys at a time. An address that has grants all the while is met
 * at least once, and perhaps twice. A scan belongs to one server: on another one it would miss addresses.
 */
final class GrantScan {

    private static final int STEP = 1000;
    private static final String START = "0";

    private final GrantKeys keys;
    private String cursor = START;

    GrantScan(GrantKeys keys) {
        this.keys = keys;
    }

    /** The keys of the next addresses, perhaps none although there are more. */
    List<byte[]> next(RedisConnection connection, Deadline deadline) {
        List<?> reply = (List<?>) connection.call(
                deadline,
                new CommandArguments(Command.SCAN)
                        .add(cursor)
                        .add("MATCH")
                        .add(keys.anyGrants())
                        .add("COUNT")
                        .add(STEP));
        cursor = new String((byte[]) reply.get(0), StandardCharsets.US_ASCII);
        List<byte[]> found = new ArrayList<>();
        for (Object key : (List<?>) reply.get(1)) {
            found.add((byte[]) key);
        }
        return found;
    }

    /** Whether the last step was the last one; the next one would begin anew. */
    boolean isOver() {
        return cursor.equals(START);
    }
}
