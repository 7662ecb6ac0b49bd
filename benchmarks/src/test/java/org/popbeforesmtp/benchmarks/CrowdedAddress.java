// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.GrantStore;
import org.popbeforesmtp.store.StoreLimits;
import org.popbeforesmtp.store.file.FileGrantStore;
import org.popbeforesmtp.store.memory.MemoryGrantStore;
import org.popbeforesmtp.store.redis.RedisMasters;

/** What a login costs where thousands of other users have logged in before, and where nobody has, in each store. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class CrowdedAddress {

    /** As many users of an address as are kept by default. */
    private static final StoreLimits LIMITS = StoreLimits.of(1_000_000, () -> 2 * 50);

    /** Which of the stores. */
    public enum Store {
        MEMORY,
        FILE,
        REDIS
    }

    @Param
    public Store store = Store.MEMORY;

    @Param({"10000"})
    public int loginsBefore;

    private final Path directory = temporaryDirectory();
    private @Nullable RedisMasters redis;
    private @Nullable GrantStore open;
    private Visitor[] alone = {};
    private Visitor[] together = {};
    private int next;

    @Setup
    public void fill() {
        open = switch (store) {
            case MEMORY -> new MemoryGrantStore(Clock.systemUTC(), LIMITS);
            case FILE -> FileGrantStore.open(directory.resolve("grants.mv.db"), Clock.systemUTC(), LIMITS);
            case REDIS -> {
                redis = RedisMasters.standalone();
                yield redis.open();
            }
        };
        ClientAddress crowded = Visitor.number(-1).address();
        alone = Visitor.shuffled(2 * loginsBefore);
        together = IntStream.range(0, 2 * loginsBefore)
                .mapToObj(number -> Visitor.at(crowded, number))
                .toArray(Visitor[]::new);
        Arrays.stream(together).limit(loginsBefore).forEach(this::record);
    }

    @TearDown
    public void close() throws IOException {
        Objects.requireNonNull(open).close();
        if (redis != null) {
            redis.close();
        }
        Files.deleteIfExists(directory.resolve("grants.mv.db"));
        Files.delete(directory);
    }

    @Benchmark
    public Grant loginAtAnAddressOfItsOwn() {
        return record(next(alone));
    }

    @Benchmark
    public Grant loginAtTheCrowdedAddress() {
        return record(next(together));
    }

    private Visitor next(Visitor[] visitors) {
        next = (next + 1) % visitors.length;
        return visitors[next];
    }

    private Grant record(Visitor visitor) {
        return Objects.requireNonNull(open).record(visitor.login(), Contestant.LIFETIME);
    }

    private static Path temporaryDirectory() {
        try {
            return Files.createTempDirectory("grants");
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
