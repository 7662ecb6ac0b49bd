// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.audit.UsageCounter;
import org.popbeforesmtp.runtime.MutableClock;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;
import org.popbeforesmtp.store.StoreLimits;
import org.popbeforesmtp.store.file.FileGrantStore;
import org.popbeforesmtp.store.memory.MemoryValueStore;
import org.popbeforesmtp.store.redis.TwoNodes;

/** The contract, wherever values are kept. */
class UsageStoreTest {

    @Nested
    class InMemory implements UsageStoreContract {

        private final MutableClock clock = new MutableClock();
        private final UsageStore store = new UsageStore(new MemoryValueStore(clock), clock, RETENTION);

        @Override
        public UsageStore store() {
            return store;
        }

        @Override
        public Instant now() {
            return clock.instant();
        }

        @Test
        void aDayShouldBeForgottenWhenTheRetentionIsOverThoughNothingIsAdded() {
            UserDay today = UserDay.at(now(), "bob");
            Usage one = Usage.ofMessage(now(), 1, CLIENT, Protocol.POP3, true);
            store.add(UsageBatch.of("node", 1, Map.of(today, one), Map.of("bob", now())));

            clock.turn(RETENTION);
            assertThat(store.report(LocalDate.EPOCH).users()).hasSize(1);
            clock.turn(Duration.ofDays(1));

            assertThat(store.report(LocalDate.EPOCH).users()).isEmpty();
            assertThat(store.lastAuth("bob")).isEmpty();
        }
    }

    /** A retention that was longer before has left days that no report shows. */
    @Test
    void forgetShouldReachBeyondARetentionThatWasShortened() {
        MutableClock clock = new MutableClock();
        AtomicReference<Duration> retention = new AtomicReference<>(Duration.ofDays(90));
        UsageStore store = new UsageStore(new MemoryValueStore(clock), clock, retention::get);
        Instant before = clock.instant().minus(Duration.ofDays(60));
        Usage one = Usage.ofMessage(before, 1, UsageStoreContract.CLIENT, Protocol.POP3, true);
        store.add(UsageBatch.of("node", 1, Map.of(UserDay.at(before, "bob"), one), Map.of()));
        retention.set(Duration.ofDays(30));
        assertThat(store.report(LocalDate.EPOCH).users()).isEmpty();

        assertThat(store.forget("bob")).isTrue();

        retention.set(Duration.ofDays(90));
        assertThat(store.report(LocalDate.EPOCH).users()).isEmpty();
    }

    @Nested
    class InAFile implements UsageStoreContract {

        private final MutableClock clock = new MutableClock();

        @TempDir
        private Path directory;

        private FileGrantStore file;
        private UsageStore store;

        @BeforeEach
        void open() {
            file = FileGrantStore.open(
                    directory.resolve("grants.mv.db"), clock, StoreLimits.of(10, () -> StoreLimits.MANY_USERS));
            store = new UsageStore(file.values(), clock, RETENTION);
        }

        @AfterEach
        void close() {
            file.close();
        }

        @Override
        public UsageStore store() {
            return store;
        }

        @Override
        public Instant now() {
            return clock.instant();
        }

        @Test
        void usageShouldSurviveARestart() {
            UserDay today = UserDay.at(now(), "bob");
            Usage one = Usage.ofMessage(now(), 3, CLIENT, Protocol.POP3, true);
            store.add(UsageBatch.of("node", 1, Map.of(today, one), Map.of("bob", now())));
            close();

            open();
            store.add(UsageBatch.of("node", 1, Map.of(today, one), Map.of()));

            assertThat(store.report(LocalDate.EPOCH).users())
                    .singleElement()
                    .satisfies(bob -> assertThat(bob.usage()).isEqualTo(one));
            assertThat(store.lastAuth("bob")).isPresent();
        }
    }

    @Nested
    class InRedis implements UsageStoreContract {

        @RegisterExtension
        static final TwoNodes NODES = TwoNodes.inStep();

        private final Clock clock = Clock.systemUTC();
        private UsageStore store;

        @BeforeEach
        void open() {
            store = new UsageStore(NODES.node().values(), clock, RETENTION);
        }

        @Override
        public UsageStore store() {
            return store;
        }

        @Override
        public Instant now() {
            return clock.instant();
        }

        @Test
        void nodesShouldCountTogetherThoughOneOfThemEnds() {
            UsageStore other = new UsageStore(NODES.other().values(), clock, RETENTION);
            UsageCounter here = new UsageCounter(store, clock, 100);
            UsageCounter there = new UsageCounter(other, clock, 100);
            Grant grant =
                    Grant.issue(Login.of(CLIENT, "bob", Protocol.POP3, true), clock.instant(), Lifetime.parse("15m"));
            for (int i = 0; i < 50; i++) {
                here.accepted(CLIENT, grant, 1);
                there.accepted(ClientAddress.parse("192.0.2." + i), grant, 2);
                here.flush();
                there.flush();
            }
            NODES.other().close();
            there.accepted(CLIENT, grant, 1000);
            there.flush();
            here.accepted(CLIENT, grant, 1);
            here.flush();

            assertThat(store.report(LocalDate.EPOCH).users()).singleElement().satisfies(bob -> {
                assertThat(bob.usage().messages()).isEqualTo(101);
                assertThat(bob.usage().recipients()).isEqualTo(151);
            });
        }
    }
}
