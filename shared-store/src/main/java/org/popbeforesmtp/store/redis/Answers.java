// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.popbeforesmtp.redis.RedisRefusalException;
import org.popbeforesmtp.redis.RedisUnavailableException;
import org.popbeforesmtp.store.StoreUnavailableException;

/** Answers callers of the store: turns failures of Redis into the store's own exception, and counts them. */
final class Answers {

    private final AtomicLong failures = new AtomicLong();
    private volatile boolean closed;

    /** The answer to a call. */
    <T> T to(Supplier<T> call) {
        requireOpen();
        try {
            return call.get();
        } catch (RedisUnavailableException e) {
            failures.incrementAndGet();
            throw new StoreUnavailableException(text(e), e);
        } catch (RedisRefusalException e) {
            failures.incrementAndGet();
            throw new StoreUnavailableException(String.valueOf(e.getMessage()), e);
        } catch (StoreUnavailableException e) {
            failures.incrementAndGet();
            throw e;
        }
    }

    static String text(RedisUnavailableException e) {
        return "Redis cannot be used: " + e.getMessage();
    }

    void requireOpen() {
        if (closed) {
            throw new StoreUnavailableException("the store is closed");
        }
    }

    /** Lets no further call through. */
    void close() {
        closed = true;
    }

    boolean areClosed() {
        return closed;
    }

    long failures() {
        return failures.get();
    }
}
