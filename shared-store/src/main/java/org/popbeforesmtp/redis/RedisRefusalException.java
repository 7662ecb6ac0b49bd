// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.redis;

/** Redis refused one command, or answered something that makes no sense; other commands are not affected. */
public final class RedisRefusalException extends RedisException {

    RedisRefusalException(String message) {
        super(message);
    }
}
