// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.LocalDate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.fakes.FakeSenders;
import org.popbeforesmtp.fakes.RecordedLog;
import org.popbeforesmtp.policy.LoginsUnderWay;
import org.popbeforesmtp.policy.PolicySettings;
import org.popbeforesmtp.policy.RelayPolicy;
import org.popbeforesmtp.runtime.MutableClock;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;
import org.popbeforesmtp.store.StoreLimits;
import org.popbeforesmtp.store.StoreUnavailableException;
import org.popbeforesmtp.store.Value;
import org.popbeforesmtp.store.ValueKey;
import org.popbeforesmtp.store.ValueStore;
import org.popbeforesmtp.store.memory.MemoryGrantStore;
import org.popbeforesmtp.store.memory.MemoryValueStore;
import org.popbeforesmtp.usage.DayUsage;
import org.popbeforesmtp.usage.UsageReport;
import org.popbeforesmtp.usage.UsageStore;
import org.popbeforesmtp.usage.UserDay;
import org.popbeforesmtp.usage.UserUsage;

class UsageCounterTest {

    private static final ClientAddress CLIENT = ClientAddress.parse("192.0.2.1");

    private final MutableClock clock = new MutableClock();
    private final DownNowAndThen values = new DownNowAndThen(new MemoryValueStore(clock));
    private final UsageStore store = new UsageStore(values, clock, Duration.ofDays(90));
    private final UsageCounter counter = new UsageCounter(store, clock, 3);

    private Grant grantTo(String user) {
        return Grant.issue(Login.of(CLIENT, user, Protocol.POP3, true), clock.instant(), Lifetime.parse("15m"));
    }

    private UsageReport report() {
        return store.report(LocalDate.EPOCH);
    }

    private LocalDate today() {
        return UserDay.dayOf(clock.instant());
    }

    @Test
    void nothingShouldBeWrittenBeforeTheFlush() {
        counter.accepted(CLIENT, grantTo("bob"), 2);
        counter.authenticated("bob");

        assertThat(report().users()).isEmpty();
        counter.flush();

        assertThat(report().users()).extracting(UserUsage::user).containsExactly("bob");
        assertThat(store.lastAuth("bob")).contains(clock.instant());
    }

    @Test
    void aGrantThatNamesNoUserShouldCountAsItsAddress() {
        Grant grant =
                Grant.issue(Login.ofUnknownUser(CLIENT, Protocol.DRAC, false), clock.instant(), Lifetime.parse("15m"));

        counter.accepted(CLIENT, grant, 1);
        counter.flush();

        assertThat(report().users()).extracting(UserUsage::user).containsExactly("[192.0.2.1]");
    }

    @Test
    void anObservedTransactionShouldCountAsAMessageOfOneRecipientAndARefusedOneShouldNot() {
        MemoryGrantStore grants = new MemoryGrantStore(clock, StoreLimits.of(100, () -> StoreLimits.MANY_USERS));
        grants.record(Login.of(CLIENT, "bob@example.org", Protocol.POP3, true), Lifetime.parse("15m"));
        PolicySettings settings = PolicySettings.builder().observing(true).build();
        RelayPolicy policy = new RelayPolicy(
                settings,
                grants,
                new FakeSenders().domain("example.org").user("bob@example.org"),
                new LoginsUnderWay(settings, clock),
                clock);
        for (String sender : List.of("bob@example.org", "eve@example.org")) {
            counter.refused(CLIENT, Optional.of(sender), policy.decide(CLIENT, Optional.of(sender)));
        }
        counter.flush();
        grants.close();

        assertThat(report().users()).singleElement().satisfies(user -> {
            assertThat(user.user()).isEqualTo("bob@example.org");
            assertThat(user.usage().messages()).isEqualTo(1);
            assertThat(user.usage().recipients()).isEqualTo(1);
        });
    }

    @Test
    void anOutageShouldDelayAndLoseNothingAndCountNothingTwice() {
        counter.accepted(CLIENT, grantTo("bob"), 1);
        values.outcome = Outcome.ADDED_BUT_NOT_CONFIRMED;
        counter.flush();
        counter.accepted(CLIENT, grantTo("bob"), 1);
        values.outcome = Outcome.DOWN;
        counter.flush();

        values.outcome = Outcome.UP;
        counter.flush();

        assertThat(report().days()).last().isEqualTo(DayUsage.of(today(), 1, 2, 2));
    }

    @Test
    void whatDoesNotFitShouldDropTheOldestAndSaySo() {
        try (RecordedLog log = RecordedLog.of("org.popbeforesmtp")) {
            for (int user = 1; user <= 5; user++) {
                counter.accepted(CLIENT, grantTo("user" + user), 1);
            }
            counter.accepted(CLIENT, grantTo("user3"), 1);
            counter.accepted(CLIENT, grantTo("user6"), 1);

            counter.flush();

            assertThat(report().users())
                    .extracting(UserUsage::user)
                    .containsExactlyInAnyOrder("user3", "user5", "user6");
            assertThat(log.take()).anyMatch(line -> line.contains("3 usage records were dropped"));
        }
    }

    @Test
    void whoIsForgottenShouldNotBeWritten() {
        counter.accepted(CLIENT, grantTo("bob"), 1);
        counter.accepted(CLIENT, grantTo("alice"), 1);
        counter.authenticated("bob");

        assertThat(counter.forget("bob")).isTrue();
        counter.flush();

        assertThat(counter.forget("bob")).isFalse();
        assertThat(report().users()).extracting(UserUsage::user).containsExactly("alice");
        assertThat(store.lastAuth("bob")).isEmpty();
    }

    @Test
    void manyThreadsShouldBeCountedExactlyWhileItIsWritten() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        CountDownLatch done = new CountDownLatch(4);
        for (int thread = 0; thread < 4; thread++) {
            threads.execute(() -> {
                for (int i = 0; i < 1_000; i++) {
                    counter.accepted(CLIENT, grantTo("bob"), 2);
                }
                done.countDown();
            });
        }
        while (!done.await(1, TimeUnit.MILLISECONDS)) {
            counter.flush();
        }
        threads.shutdown();
        counter.flush();

        assertThat(report().days()).last().isEqualTo(DayUsage.of(today(), 1, 4_000, 8_000));
    }

    @Test
    void whoIsForgottenShouldNotComeBackWithABatchThatCouldNotBeWritten() {
        counter.accepted(CLIENT, grantTo("bob"), 1);
        counter.accepted(CLIENT, grantTo("alice"), 1);
        counter.authenticated("bob");
        values.outcome = Outcome.ADDED_BUT_NOT_CONFIRMED;
        counter.flush();
        values.outcome = Outcome.UP;

        assertThat(counter.forget("bob")).isTrue();
        counter.flush();

        assertThat(report().users()).extracting(UserUsage::user).containsExactly("alice");
        assertThat(report().days()).last().isEqualTo(DayUsage.of(today(), 1, 1, 1));
        assertThat(store.lastAuth("bob")).isEmpty();
    }

    @Test
    void whileTheStoreIsDownNobodyShouldBeToldThatTheyAreForgotten() {
        counter.accepted(CLIENT, grantTo("bob"), 1);
        counter.flush();
        values.outcome = Outcome.DOWN;

        assertThatThrownBy(() -> counter.forget("bob")).isInstanceOf(StoreUnavailableException.class);
    }

    private enum Outcome {
        UP,
        DOWN,
        ADDED_BUT_NOT_CONFIRMED
    }

    private static final class DownNowAndThen implements ValueStore {
        private final ValueStore store;
        private Outcome outcome = Outcome.UP;

        DownNowAndThen(ValueStore store) {
            this.store = store;
        }

        @Override
        public Map<ValueKey, Value> update(Collection<ValueKey> keys, Change change) {
            Map<ValueKey, Value> after = outcome == Outcome.DOWN ? Map.of() : store.update(keys, change);
            if (outcome != Outcome.UP) {
                throw new StoreUnavailableException("down");
            }
            return after;
        }

        @Override
        public NavigableMap<String, Value> list(String kind, String fromName) {
            return store.list(kind, fromName);
        }

        @Override
        public void awaitDurable() {}

        @Override
        public long evictions() {
            return store.evictions();
        }
    }
}
