// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.benchmarks;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Clock;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Login;

/** Caffeine with expireAfterWrite, and one grant an address. */
final class CaffeineCache implements Contestant {

    private final Clock clock = Clock.systemUTC();
    private volatile long aheadNanos;
    private final Cache<ClientAddress, Grant> cache = Caffeine.newBuilder()
            .expireAfterWrite(LIFETIME.toDuration())
            .ticker(() -> System.nanoTime() + aheadNanos)
            .build();

    @Override
    public void record(Visitor visitor) {
        Login login = visitor.login();
        cache.put(login.address(), Grant.issue(login, clock.instant(), LIFETIME));
    }

    @Override
    public @Nullable Grant find(Visitor visitor) {
        return cache.getIfPresent(visitor.address());
    }

    @Override
    public void endAll() {
        aheadNanos = TimeUnit.MINUTES.toNanos(16);
        while (cache.estimatedSize() > 0) {
            cache.cleanUp();
        }
    }

    @Override
    public void close() {
        cache.invalidateAll();
    }
}
