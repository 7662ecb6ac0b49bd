// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.redis;

/** Redis cannot do now what it is asked for. The message is for people and holds no secret. */
public final class RedisUnavailableException extends RuntimeException {

    private final boolean full;

    private RedisUnavailableException(String message, boolean full) {
        super(message);
        this.full = full;
    }

    /** A server cannot be used at all. */
    static RedisUnavailableException outage(String cause) {
        return new RedisUnavailableException(cause, false);
    }

    /** This node has so many calls under way that this one did not get its turn. That is no outage of the server. */
    static RedisUnavailableException busy() {
        return new RedisUnavailableException("too many calls at once", false);
    }

    /** The server has reached its maxmemory: it answers, and it changes what it has, but takes nothing new. */
    static RedisUnavailableException full(String cause) {
        return new RedisUnavailableException(cause, true);
    }

    public boolean isFull() {
        return full;
    }
}
