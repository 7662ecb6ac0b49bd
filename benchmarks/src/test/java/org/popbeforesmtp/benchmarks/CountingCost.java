// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.benchmarks;

import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;
import org.popbeforesmtp.audit.DeferredEvents;
import org.popbeforesmtp.audit.UsageCounter;
import org.popbeforesmtp.policy.GrantEvents;
import org.popbeforesmtp.policy.LoginsUnderWay;
import org.popbeforesmtp.policy.PolicySettings;
import org.popbeforesmtp.policy.RelayPolicy;
import org.popbeforesmtp.policy.Senders;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.GrantStore;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.StoreLimits;
import org.popbeforesmtp.store.memory.MemoryGrantStore;
import org.popbeforesmtp.store.memory.MemoryValueStore;
import org.popbeforesmtp.usage.UsageStore;

/**
 * What counting a message for the usage report costs the mail session, beside the decision to relay it. Both without a mail
 * server around them: the decision asks a store in memory and a user base that knows the answer.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class CountingCost {

    private static final int USERS = 1_000;
    private static final int MESSAGES_BEFORE_A_FLUSH = 5_000;

    private final Clock clock = Clock.systemUTC();
    private final GrantStore store = new MemoryGrantStore(clock, StoreLimits.of(USERS, () -> StoreLimits.MANY_USERS));
    private final Visitor[] visitors = Visitor.shuffled(USERS);
    private final Grant[] grants = Arrays.stream(visitors)
            .map(visitor -> store.record(visitor.login(), Lifetime.parse("24h")))
            .toArray(Grant[]::new);
    private final PolicySettings settings = PolicySettings.builder().build();
    private final RelayPolicy policy =
            new RelayPolicy(settings, store, new KnownUsers(visitors), new LoginsUnderWay(settings, clock), clock);
    private final UsageCounter counter =
            new UsageCounter(new UsageStore(new MemoryValueStore(clock), clock, Duration.ofDays(90)), clock, USERS);
    private final DeferredEvents events =
            new DeferredEvents(new GrantEvents() {}, List.of(counter), MESSAGES_BEFORE_A_FLUSH);
    private int next;

    @TearDown
    public void close() {
        store.close();
    }

    /** Another thread adds up what the sessions have put down; that is not the session's time. */
    @TearDown(Level.Invocation)
    public void flush() {
        events.flush();
        counter.flush();
    }

    private int next() {
        next = (next + 1) % USERS;
        return next;
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES_BEFORE_A_FLUSH)
    public void decide(Blackhole blackhole) {
        for (int i = 0; i < MESSAGES_BEFORE_A_FLUSH; i++) {
            Visitor visitor = visitors[next()];
            blackhole.consume(policy.decide(visitor.address(), Optional.of(visitor.user())));
        }
    }

    @Benchmark
    @OperationsPerInvocation(MESSAGES_BEFORE_A_FLUSH)
    public void count() {
        for (int i = 0; i < MESSAGES_BEFORE_A_FLUSH; i++) {
            Grant grant = grants[next()];
            events.accepted(grant.address(), grant, 1);
        }
    }

    /** A user base without aliases. */
    private static final class KnownUsers implements Senders {

        private final Set<String> users;

        private KnownUsers(Visitor[] visitors) {
            users = Arrays.stream(visitors).map(Visitor::user).collect(Collectors.toUnmodifiableSet());
        }

        @Override
        public boolean isLocalDomain(String domain) {
            return domain.equals("example.com");
        }

        @Override
        public boolean exists(String user) {
            return users.contains(user);
        }

        @Override
        public String userOf(String address) {
            return address;
        }

        @Override
        public Set<String> usersByAlias(String address) {
            return Set.of();
        }
    }
}
