// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.popbeforesmtp.redis.RedisException;
import org.popbeforesmtp.redis.RedisUnavailableException;
import org.popbeforesmtp.store.StoreUnavailableException;

/** Answers callers of the store: turns failures of Redis into the store's own exception, and counts them. */
final class Answers {

    private final AtomicLong failures = new AtomicLong();

    <T> T to(Supplier<T> call) {
        try {
            return call.get();
        } catch (RedisException e) {
            failures.incrementAndGet();
            throw new StoreUnavailableException(text(e), e);
        } catch (StoreUnavailableException e) {
            failures.incrementAndGet();
            throw e;
        }
    }

    static String text(RedisException e) {
        return (e instanceof RedisUnavailableException ? "Redis cannot be used: " : "") + e.getMessage();
    }

    long failures() {
        return failures.get();
    }
}
