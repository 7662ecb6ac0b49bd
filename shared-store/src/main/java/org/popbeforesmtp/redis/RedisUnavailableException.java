// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.redis;

/** Redis cannot do now what it is asked for, or not in time. */
public final class RedisUnavailableException extends RedisException {

    private final boolean full;

    /** A server cannot be used at all. */
    RedisUnavailableException(String cause) {
        this(cause, false);
    }

    RedisUnavailableException(String cause, boolean full) {
        super(cause);
        this.full = full;
    }

    /** This node has so many calls under way that this one did not get its turn. That is no outage of the server. */
    static RedisUnavailableException busy() {
        return new RedisUnavailableException("too many calls at once");
    }

    /** Whether the server has reached its maxmemory: it answers, and it changes what it has, but takes nothing new. */
    public boolean isFull() {
        return full;
    }
}
