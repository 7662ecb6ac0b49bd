// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.redis;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.runtime.LogLimit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.HostAndPort;

/**
 * One server that accepts writes: whether it can be used, and the threads that may wait for it. Each has its own, so that
 * no server is hurt by another's outage.
 */
public final class RedisMaster implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(RedisMaster.class);
    private static final int CALLS_AT_ONCE = 16;
    private static final int ADMINISTRATION_AT_ONCE = 2;

    private final HostAndPort node;
    private final LogLimit logLimit;
    private final Lane calls = new Lane("pop-before-smtp-redis-call", CALLS_AT_ONCE);
    private final Lane administration = new Lane("pop-before-smtp-redis-administration", ADMINISTRATION_AT_ONCE);
    private final Lane probes = new Lane("pop-before-smtp-redis-probe", 1);
    private volatile @Nullable String trouble;
    private String reported = "";

    RedisMaster(HostAndPort node, LogLimit logLimit) {
        this.node = node;
        this.logLimit = logLimit;
    }

    HostAndPort node() {
        return node;
    }

    Lane calls() {
        return calls;
    }

    /** For what looks at everything: however much of it there is, other calls need not wait. */
    Lane administration() {
        return administration;
    }

    Lane probes() {
        return probes;
    }

    /** Why the circuit breaker is open; nothing if the server can be used. */
    Optional<String> trouble() {
        return Optional.ofNullable(trouble);
    }

    void requireClosedCircuit() {
        String cause = trouble;
        if (cause != null) {
            throw RedisUnavailableException.outage(cause);
        }
    }

    /** From now on each call fails at once, without waiting. */
    synchronized void openCircuit(String cause) {
        trouble = cause;
        if (!reported.equals(cause) && logLimit.permits()) {
            reported = cause;
            LOGGER.warn("Redis cannot be used, this node carries on with what it records itself: {}", cause);
        }
    }

    /** As {@link #openCircuit}, for what the log has told already. */
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
    public void close() {
        calls.close();
        administration.close();
        probes.close();
    }

    @Override
    public String toString() {
        return node.toString();
    }
}
