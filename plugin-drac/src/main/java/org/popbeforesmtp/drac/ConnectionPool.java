// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The open connections, not more than so many: where there is no room the one that has been idle the longest is closed for
 * a new one. For use on one thread.
 */
final class ConnectionPool {

    static final long LONGEST_IDLE_MILLIS = 30_000;

    private final int most;
    private final Clock clock;
    private final Map<StreamConnection, Long> activeAtMillis = new LinkedHashMap<>();

    ConnectionPool(int most, Clock clock) {
        this.most = most;
        this.clock = clock;
    }

    void add(StreamConnection connection) {
        if (activeAtMillis.size() >= most) {
            activeAtMillis.keySet().iterator().next().close();
        }
        active(connection);
    }

    /** Notes that a connection was opened or had a call answered; bytes that make no call keep none alive. */
    void active(StreamConnection connection) {
        activeAtMillis.remove(connection);
        activeAtMillis.put(connection, clock.millis());
    }

    void remove(StreamConnection connection) {
        activeAtMillis.remove(connection);
    }

    void closeIdle() {
        long now = clock.millis();
        for (Map.Entry<StreamConnection, Long> entry : new ArrayList<>(activeAtMillis.entrySet())) {
            if (now - entry.getValue() >= LONGEST_IDLE_MILLIS) {
                entry.getKey().close();
            }
        }
    }
}
