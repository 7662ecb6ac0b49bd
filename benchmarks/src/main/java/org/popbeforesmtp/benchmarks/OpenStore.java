// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.benchmarks;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.stream.IntStream;
import org.popbeforesmtp.store.GrantStore;
import org.popbeforesmtp.store.file.FileGrantStore;
import org.popbeforesmtp.store.memory.MemoryGrantStore;
import org.popbeforesmtp.store.redis.RedisGrantStore;
import org.popbeforesmtp.store.redis.RedisSettings;

/** One of the product's stores, and what it needs to run. */
final class OpenStore implements AutoCloseable {

    private static final long ROOM = 2_000_000;

    private final GrantStore store;
    private final Closeable beneath;

    private OpenStore(GrantStore store, Closeable beneath) {
        this.store = store;
        this.beneath = beneath;
    }

    static OpenStore memory() {
        return new OpenStore(new MemoryGrantStore(Clock.systemUTC(), ROOM), () -> {});
    }

    static OpenStore file() {
        try {
            Path directory = Files.createTempDirectory("grants");
            Path file = directory.resolve("grants.mv.db");
            return new OpenStore(FileGrantStore.open(file, Clock.systemUTC(), ROOM), () -> {
                Files.deleteIfExists(file);
                Files.deleteIfExists(directory);
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** It waits longer than in production: a busy machine must not look like an outage. */
    static OpenStore redis(LocalRedis redis) {
        RedisSettings settings =
                RedisSettings.at(redis.url()).timeout(Duration.ofSeconds(2)).build();
        return new OpenStore(RedisGrantStore.open(settings, Clock.systemUTC()), () -> {});
    }

    GrantStore store() {
        return store;
    }

    void fill(int grants) {
        IntStream.range(0, grants)
                .parallel()
                .forEach(visitor -> store.record(Visitors.login(visitor), Contestant.LIFETIME));
    }

    @Override
    public void close() throws IOException {
        store.close();
        beneath.close();
    }
}
