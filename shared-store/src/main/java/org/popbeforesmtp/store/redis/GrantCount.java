// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

/**
 * Counts the grants in Redis, over and over, and so slowly that Redis hardly notices. The figure is as old as one round
 * takes.
 */
final class GrantCount {

    /** How long one step may keep Redis busy. */
    private static final Duration STEP = Duration.ofMillis(5);

    private final GrantScan scan;
    private long counting;
    private volatile long latest;

    GrantCount(GrantKeys keys) {
        this.scan = new GrantScan(keys);
    }

    /** One step; each of its commands has the given time. */
    void goOn(RedisConnection connection, Duration timeout) {
        Deadline end = Deadline.in(STEP);
        do {
            count(scan.next(connection, Deadline.in(timeout)), connection, Deadline.in(timeout));
        } while (!scan.isOver() && !end.isOver());
        if (scan.isOver()) {
            latest = counting;
            counting = 0;
        }
    }

    private void count(List<byte[]> grantsKeys, RedisConnection connection, Deadline deadline) {
        List<CommandArguments> commands = new ArrayList<>();
        grantsKeys.forEach(key -> commands.add(new CommandArguments(Command.HLEN).add(key)));
        for (Object reply : connection.call(deadline, commands)) {
            counting += (Long) RedisConnection.orThrow(reply);
        }
    }

    long latest() {
        return latest;
    }
}
