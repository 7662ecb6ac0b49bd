// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A Redis for a class of tests, empty at the begin of each, and two nodes that share it. */
public final class TwoNodes implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {

    static final Clock HERE = Clock.systemUTC();

    private final Clock clockOfTheOther;
    private @Nullable RedisProcess redis;
    private @Nullable RedisGrantStore node;
    private @Nullable RedisGrantStore other;

    private TwoNodes(Clock clockOfTheOther) {
        this.clockOfTheOther = clockOfTheOther;
    }

    public static TwoNodes inStep() {
        return new TwoNodes(HERE);
    }

    public static TwoNodes whoseClocksDiffer() {
        return new TwoNodes(Clock.offset(HERE, Duration.ofMinutes(5)));
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        redis = RedisProcess.start(RedisBinary.best());
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        redis().execute("FLUSHALL");
        node = open(HERE);
        other = open(clockOfTheOther);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        node().close();
        other().close();
    }

    @Override
    public void afterAll(ExtensionContext context) {
        redis().close();
    }

    /** One more node. */
    RedisGrantStore open(Clock clock) {
        return TestStores.open(redis().settings().build(), clock);
    }

    RedisProcess redis() {
        return Objects.requireNonNull(redis);
    }

    Object execute(String... words) {
        return redis().execute(words);
    }

    public RedisGrantStore node() {
        return Objects.requireNonNull(node);
    }

    public RedisGrantStore other() {
        return Objects.requireNonNull(other);
    }
}
