// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.redis;

import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.runtime.LogLimit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.HostAndPort;

/**
 * One server that accepts writes: its circuit breaker, and how many calls may wait for it at once. Each server has its
 * own, so that none suffers from another's outage.
 */
public final class RedisMaster {

    private static final Logger LOGGER = LoggerFactory.getLogger(RedisMaster.class);
    private static final int CALLS_AT_ONCE = 16;
    private static final int ADMINISTRATION_AT_ONCE = 2;

    final HostAndPort node;
    final Bulkhead calls;

    /** For what looks at everything: however much of it there is, other calls need not wait. */
    final Bulkhead administration;

    final Bulkhead probes;
    private final RedisClock clock;
    private final LogLimit logLimit;
    private volatile @Nullable String trouble;
    private String reported = "";

    RedisMaster(HostAndPort node, Clock here, Executor threads, LogLimit logLimit) {
        this.node = node;
        this.clock = new RedisClock(here);
        this.logLimit = logLimit;
        this.calls = new Bulkhead(threads, CALLS_AT_ONCE);
        this.administration = new Bulkhead(threads, ADMINISTRATION_AT_ONCE);
        this.probes = new Bulkhead(threads, 1);
    }

    public RedisClock clock() {
        return clock;
    }

    /** Why the circuit breaker is open; nothing if the server can be used. */
    Optional<String> trouble() {
        return Optional.ofNullable(trouble);
    }

    void requireClosedCircuit() {
        String cause = trouble;
        if (cause != null) {
            throw new RedisUnavailableException(cause);
        }
    }

    /** From now on each call fails at once, without waiting. */
    synchronized void openCircuit(String cause) {
        trouble = cause;
        if (!reported.equals(cause) && logLimit.permits()) {
            reported = cause;
            LOGGER.warn("Redis cannot be used, this node continues with its own grants only: {}", cause);
        }
    }

    /** As {@link #openCircuit}, for a cause that is in the log already. */
    void openCircuitQuietly(String cause) {
        trouble = cause;
    }

    synchronized void closeCircuit() {
        trouble = null;
        if (!reported.isEmpty()) {
            reported = "";
            LOGGER.info("Redis at {} can be used again", node);
        }
    }

    @Override
    public String toString() {
        return node.toString();
    }
}
