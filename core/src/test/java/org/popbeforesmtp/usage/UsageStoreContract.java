// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.usage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Protocol;

/** What a {@link UsageStore} promises wherever the values are kept. It is open with a retention of 90 days. */
public interface UsageStoreContract {

    ClientAddress CLIENT = ClientAddress.parse("192.0.2.1");
    ClientAddress OTHER_CLIENT = ClientAddress.parse("2001:db8::1");
    Duration RETENTION = Duration.ofDays(90);

    /** The store under test; always the same one within a test. */
    UsageStore store();

    /** What the store takes for now. */
    Instant now();

    static UsageBatch batch(long number, Map<UserDay, Usage> usage) {
        return UsageBatch.of("node", number, usage, Map.of());
    }

    private Usage message(Instant at, int recipients) {
        return Usage.ofMessage(at, recipients, CLIENT, Protocol.POP3, true);
    }

    private LocalDate today() {
        return UserDay.dayOf(now());
    }

    @Test
    default void reportShouldAddUpUsersAndDays() {
        Instant yesterday = now().minus(Duration.ofDays(1));
        store().add(batch(
                1,
                Map.of(
                        UserDay.at(yesterday, "bob"), message(yesterday, 2),
                        UserDay.at(yesterday, "alice"), message(yesterday, 1))));
        store().add(batch(
                2, Map.of(UserDay.at(now(), "bob"), Usage.ofMessage(now(), 3, OTHER_CLIENT, Protocol.DRAC, false))));

        UsageReport report = store().report(today().minusDays(1));

        assertThat(report.days())
                .containsExactly(DayUsage.of(today().minusDays(1), 2, 2, 3), DayUsage.of(today(), 1, 1, 3));
        assertThat(report.users()).extracting(UserUsage::user).containsExactly("bob", "alice");
        Usage bob = report.users().get(0).usage();
        assertThat(bob.messages()).isEqualTo(2);
        assertThat(bob.recipients()).isEqualTo(5);
        assertThat(bob.first())
                .isEqualTo(Usage.ofMessage(yesterday, 1, CLIENT, Protocol.POP3, true)
                        .first());
        assertThat(bob.addresses()).containsExactlyInAnyOrder(CLIENT, OTHER_CLIENT);
        assertThat(bob.protocol()).isEqualTo(Protocol.DRAC);
        assertThat(bob.encrypted()).isFalse();
        assertThat(report.ofUser("alice").users()).extracting(UserUsage::user).containsExactly("alice");
    }

    @Test
    default void reportShouldTellOfNothingBeforeItsFirstDay() {
        Instant before = now().minus(Duration.ofDays(2));
        store().add(batch(1, Map.of(UserDay.at(before, "bob"), message(before, 1))));

        assertThat(store().report(today().minusDays(1)).users()).isEmpty();
        assertThat(store().report(today().minusDays(2)).users()).hasSize(1);
    }

    @Test
    default void whatIsOlderThanTheRetentionShouldBeForgotten() {
        Instant old = now().minus(RETENTION.plusDays(2));
        store().add(UsageBatch.of("node", 1, Map.of(UserDay.at(old, "bob"), message(old, 1)), Map.of("bob", old)));

        assertThat(store().report(LocalDate.EPOCH).users()).isEmpty();
        assertThat(store().report(LocalDate.EPOCH).from()).isEqualTo(UserDay.dayOf(now().minus(RETENTION)));
        assertThat(store().lastAuth("bob")).isEmpty();
    }

    @Test
    default void lastAuthShouldBeTheLatest() {
        Instant at = Instant.ofEpochMilli(now().toEpochMilli());
        store().add(UsageBatch.of("node", 1, Map.of(UserDay.at(at, "bob"), message(at, 1)), Map.of("bob", at)));
        store().add(UsageBatch.of("node", 2, Map.of(), Map.of("bob", at.minusSeconds(5))));

        assertThat(store().lastAuth("bob")).contains(at);
        assertThat(store().lastAuth("alice")).isEmpty();
        assertThat(store().report(today()).users().get(0).lastAuth()).contains(at);
    }

    @Test
    default void forgetShouldLeaveNothingOfAUserAndAllOfTheOthers() {
        Map<UserDay, Usage> usage =
                Map.of(UserDay.at(now(), "bob"), message(now(), 1), UserDay.at(now(), "alice"), message(now(), 1));
        store().add(UsageBatch.of("node", 1, usage, Map.of("bob", now(), "alice", now())));

        assertThat(store().forget("bob")).isTrue();

        assertThat(store().report(today()).users()).extracting(UserUsage::user).containsExactly("alice");
        assertThat(store().lastAuth("bob")).isEmpty();
        assertThat(store().lastAuth("alice")).isPresent();
        assertThat(store().forget("bob")).isFalse();
    }

    @Test
    default void namesShouldBeKeptAsTheyAre() {
        String name = "=cmd|'/c calc'!A1 <script>\n\"ü\u0000\uD83D\uDE00@example.com";
        store().add(UsageBatch.of("node", 1, Map.of(UserDay.at(now(), name), message(now(), 1)), Map.of(name, now())));

        assertThat(store().report(today()).users()).extracting(UserUsage::user).containsExactly(name);
        assertThat(store().lastAuth(name)).isPresent();
        assertThat(store().forget(name)).isTrue();
    }

    @Test
    default void nodesAtOnceShouldBeCountedExactly() throws Exception {
        int nodes = 4;
        CountDownLatch start = new CountDownLatch(1);
        ExecutorService threads = Executors.newFixedThreadPool(nodes);
        for (int node = 0; node < nodes; node++) {
            String name = "node" + node;
            threads.execute(() -> {
                try {
                    start.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                for (int number = 1; number <= 50; number++) {
                    store().add(UsageBatch.of(
                            name, number, Map.of(UserDay.at(now(), "bob"), message(now(), 2)), Map.of()));
                }
            });
        }
        start.countDown();
        threads.shutdown();
        assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();

        assertThat(store().report(today()).days()).containsExactly(DayUsage.of(today(), 1, 200, 400));
    }

    @Test
    default void aBatchThatIsAddedAgainShouldCountOnce() {
        UsageBatch batch = batch(1, Map.of(UserDay.at(now(), "bob"), message(now(), 1)));

        store().add(batch);
        store().add(batch);
        store().add(batch(2, batch.usage()));

        assertThat(store().report(today()).days()).containsExactly(DayUsage.of(today(), 1, 2, 2));
    }

    @Test
    default void aBatchThatIsAddedAgainShouldCountOnceThoughOthersCountedMeanwhile() {
        Map<UserDay, Usage> usage = Map.of(UserDay.at(now(), "bob"), message(now(), 1));
        store().add(UsageBatch.of("node", 7, usage, Map.of()));
        for (int other = 1; other < 8; other++) {
            store().add(UsageBatch.of("other" + other, 1, usage, Map.of()));
        }

        store().add(UsageBatch.of("node", 7, usage, Map.of()));
        store().add(UsageBatch.of("node", 8, usage, Map.of()));

        assertThat(store().report(today()).days()).containsExactly(DayUsage.of(today(), 1, 9, 9));
    }

    @Test
    default void aManyDaysOldUserShouldBeForgottenWholly() {
        for (int day = 0; day <= 90; day++) {
            Instant at = now().minus(Duration.ofDays(day));
            store().add(batch(day, Map.of(UserDay.at(at, "bob"), message(at, 1))));
        }
        assertThat(store().report(LocalDate.EPOCH).users()).hasSize(1);

        assertThat(store().forget("bob")).isTrue();

        assertThat(store().report(LocalDate.EPOCH).users()).isEmpty();
    }
}
