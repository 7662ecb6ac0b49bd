// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import redis.clients.jedis.exceptions.JedisException;

/** A certain server or sentinel cannot be used; the cause says why. */
final class UnusableException extends JedisException {

    private final String who;
    private final RuntimeException why;

    UnusableException(String who, RuntimeException why) {
        super(who, why);
        this.who = who;
        this.why = why;
    }

    String who() {
        return who;
    }

    RuntimeException why() {
        return why;
    }
}
