// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells of trouble when it begins, changes and ends, and at most once a second. */
final class TroubleLog {

    private static final Logger LOGGER = LoggerFactory.getLogger(RedisGrantStore.class);
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private String reported = "";
    private long nextNanos = System.nanoTime();

    synchronized void trouble(String text) {
        long now = System.nanoTime();
        if (!reported.equals(text) && now - nextNanos >= 0) {
            reported = text;
            nextNanos = now + PAUSE_NANOS;
            LOGGER.warn("Redis cannot be used, this node carries on with what it records itself: {}", text);
        }
    }

    synchronized void over(Object server) {
        if (!reported.isEmpty()) {
            reported = "";
            LOGGER.info("Redis at {} can be used again", server);
        }
    }
}
