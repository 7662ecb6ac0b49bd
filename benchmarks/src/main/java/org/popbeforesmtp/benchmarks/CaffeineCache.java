// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.benchmarks;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Login;

/** Caffeine with expireAfterWrite, and one grant an address. */
final class CaffeineCache implements AddressContestant {

    private final AheadClock clock = new AheadClock();
    private volatile long aheadNanos;
    private final Cache<ClientAddress, Grant> cache = Caffeine.newBuilder()
            .expireAfterWrite(LIFETIME.toDuration())
            .ticker(() -> System.nanoTime() + aheadNanos)
            .build();

    @Override
    public void record(Login login) {
        cache.put(login.address(), Grant.issue(login, clock.instant(), LIFETIME));
    }

    @Override
    public @Nullable Grant find(ClientAddress address) {
        return cache.getIfPresent(address);
    }

    @Override
    public void endAll() {
        Duration ahead = Duration.ofMinutes(16);
        clock.putAhead(ahead);
        aheadNanos = TimeUnit.MINUTES.toNanos(ahead.toMinutes());
        while (size() > 0) {
            cache.cleanUp();
        }
    }

    @Override
    public long size() {
        return cache.estimatedSize();
    }

    @Override
    public void close() {
        cache.invalidateAll();
    }
}
