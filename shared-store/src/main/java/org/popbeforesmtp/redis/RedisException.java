// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.redis;

/** Redis did not do what it was asked for. The message is for people and holds no secret. */
public abstract class RedisException extends RuntimeException {

    RedisException(String message) {
        super(message);
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
