// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.util.ArrayList;
import java.util.List;
import org.popbeforesmtp.address.ClientAddress;
import redis.clients.jedis.CommandArguments;
import redis.clients.jedis.Protocol.Command;

/**
 * Counts the grants in Redis in small steps, over and over, so slowly that Redis hardly notices: a thousand keys a step.
 * The figure is as old as one round takes.
 */
final class GrantCount {

    private final GrantKeys keys;
    private final GrantScan scan;
    private long counting;
    private volatile long latest;

    GrantCount(GrantKeys keys) {
        this.keys = keys;
        this.scan = new GrantScan(keys);
    }

    /** One step. */
    void goOn(RedisConnection connection, Deadline deadline) {
        List<CommandArguments> commands = new ArrayList<>();
        for (ClientAddress address : scan.next(connection, deadline)) {
            commands.add(new CommandArguments(Command.HLEN).add(keys.grants(address)));
        }
        for (Object reply : connection.call(deadline, commands)) {
            counting += (Long) RedisConnection.orThrow(reply);
        }
        if (scan.isOver()) {
            latest = counting;
            counting = 0;
        }
    }

    long latest() {
        return latest;
    }
}
