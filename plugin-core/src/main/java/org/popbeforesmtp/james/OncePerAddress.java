// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.james;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.popbeforesmtp.address.ClientAddress;

/** Says of each address once in a while that it is new. Remembers a bounded number of addresses, the latest ones. */
final class OncePerAddress {

    private static final int MOST_REMEMBERED = 10_000;

    private final Clock clock;
    private final Duration pause;
    private final Map<ClientAddress, Instant> lastTimes = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<ClientAddress, Instant> eldest) {
            return size() > MOST_REMEMBERED;
        }
    };

    OncePerAddress(Clock clock, Duration pause) {
        this.clock = clock;
        this.pause = pause;
    }

    synchronized boolean isFirst(ClientAddress address) {
        Instant now = clock.instant();
        Instant last = lastTimes.get(address);
        if (last != null && now.isBefore(last.plus(pause))) {
            return false;
        }
        lastTimes.remove(address);
        lastTimes.put(address, now);
        return true;
    }
}
