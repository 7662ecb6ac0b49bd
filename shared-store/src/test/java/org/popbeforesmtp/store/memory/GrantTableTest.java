// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;
import org.popbeforesmtp.store.StoreLimits;

class GrantTableTest {

    private static final long NOW = 1_000_000_000_000L;

    private static final class Changes extends ArrayList<ClientAddress> {}

    private final Changes changes = new Changes();
    private final GrantTable table = new GrantTable(StoreLimits.of(1000, () -> StoreLimits.MANY_USERS), changes::add);

    private static ClientAddress client(int number) {
        return ClientAddress.ofBytes(new byte[] {10, (byte) (number >> 16), (byte) (number >> 8), (byte) number});
    }

    private static Login login(int client, String user) {
        return Login.of(client(client), user, Protocol.POP3, true);
    }

    private static Lifetime seconds(int seconds) {
        return Lifetime.of(Duration.ofSeconds(seconds));
    }

    private static List<String> users(GrantTable table, long now) {
        return table.active(now).map(grant -> grant.user().orElse("")).sorted().collect(Collectors.toList());
    }

    // ---- many grants in one place

    /** Anybody may choose such addresses, in IPv6. */
    @Test
    void addressesThatShareAHashShouldCostLittleMoreThanOthers() {
        GrantTable large = new GrantTable(StoreLimits.of(1_000_000, () -> StoreLimits.MANY_USERS), address -> {});
        List<ClientAddress> addresses = new ArrayList<>();
        for (long i = 0; i < 50_000; i++) {
            addresses.add(ClientAddress.ofBytes(ByteBuffer.allocate(16)
                    .putLong(0x2001_0DB8_0000_0000L + i)
                    .putLong(-31 * i)
                    .array()));
        }
        assertThat(addresses.stream().mapToInt(ClientAddress::hashCode).distinct())
                .hasSize(1);

        assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> addresses.forEach(
                        address -> large.record(Login.of(address, "bob", Protocol.POP3, true), NOW, seconds(10))));

        assertThat(addresses)
                .allSatisfy(address -> assertThat(large.find(address, NOW))
                        .extracting(Grant::address)
                        .containsExactly(address));
    }

    @Test
    void manyThreadsShouldNotDisturbEachOtherAtOneAddress() throws Exception {
        int threads = 4;
        int users = 100;
        GrantTable shared = new GrantTable(StoreLimits.of(1_000_000, () -> StoreLimits.MANY_USERS), address -> {});
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            List<Callable<Integer>> work = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                int own = thread;
                work.add(() -> recordAndForgetHalf(shared, "thread" + own + "-", users));
            }
            for (Future<Integer> found : executor.invokeAll(work)) {
                assertThat(found.get()).isEqualTo(users);
            }
        } finally {
            executor.shutdownNow();
        }

        assertThat(shared.size()).isEqualTo(threads * users / 2);
        assertThat(users(shared, NOW)).hasSize(threads * users / 2).allMatch(user -> user.endsWith("1"));
        shared.sweep(NOW + 60_000);
        assertThat(shared.size()).isZero();
    }

    /** How many of its own grants a thread found while others worked at the same address. */
    private static int recordAndForgetHalf(GrantTable table, String name, int users) {
        int found = 0;
        for (int i = 0; i < users; i++) {
            Grant grant = table.record(login(1, name + i + "-" + i % 2), NOW, seconds(10));
            found += table.find(client(1), NOW).contains(grant) ? 1 : 0;
            if (i % 2 == 0) {
                table.forget(grant);
            }
        }
        return found;
    }

    // ---- many users at one address

    private final StoreLimits twoUsers = StoreLimits.of(1_000, () -> 2);

    @Test
    void theUserWhoseGrantsEndSoonestShouldMakeRoomForAnotherUser() {
        GrantTable crowded = new GrantTable(twoUsers, changes::add);
        crowded.record(login(1, "a"), NOW, seconds(20));
        crowded.record(login(1, "b"), NOW, seconds(10));
        crowded.record(login(2, "b"), NOW, seconds(5));

        crowded.record(login(1, "c"), NOW, seconds(15));
        assertThat(users(crowded, NOW)).containsExactly("a", "b", "c");
        crowded.record(login(1, "d"), NOW, seconds(1));
        assertThat(users(crowded, NOW)).containsExactly("a", "b", "d");

        assertThat(crowded.evictions()).isEqualTo(2);
        assertThat(crowded.size()).isEqualTo(3);
    }

    @Test
    void aUserShouldMakeRoomWithAllGrantsWhereTheLaterOneCounts() {
        GrantTable crowded = new GrantTable(twoUsers, changes::add);
        crowded.record(login(1, "a"), NOW, seconds(1));
        crowded.record(Login.of(client(1), "a", Protocol.POP3, false), NOW, seconds(30));
        crowded.record(login(1, "b"), NOW, seconds(20));
        crowded.record(Login.of(client(1), "b", Protocol.POP3, false), NOW, seconds(10));

        crowded.record(login(1, "c"), NOW, seconds(15));
        assertThat(users(crowded, NOW)).containsExactly("a", "a", "c");

        crowded.record(login(1, "d"), NOW, seconds(40));
        crowded.record(login(1, "e"), NOW, seconds(40));
        assertThat(users(crowded, NOW)).containsExactly("d", "e");
        assertThat(crowded.evictions()).isEqualTo(5);
    }

    @Test
    void aUserOfACrowdedAddressShouldLogInAgainWithoutRoom() {
        GrantTable crowded = new GrantTable(twoUsers, changes::add);
        crowded.record(login(1, "a"), NOW, seconds(10));
        crowded.record(login(1, "b"), NOW, seconds(20));
        crowded.record(Login.of(client(1), "a", Protocol.POP3, false), NOW, seconds(10));
        crowded.record(login(1, "a"), NOW, seconds(30));

        assertThat(users(crowded, NOW)).containsExactly("a", "a", "b");
        assertThat(crowded.evictions()).isZero();
    }

    @Test
    void aLowerLimitShouldHoldFromTheNextLoginOn() {
        AtomicInteger limit = new AtomicInteger(100);
        GrantTable crowded = new GrantTable(StoreLimits.of(1_000, limit::get), changes::add);
        for (int i = 0; i < 100; i++) {
            crowded.record(login(1, "user" + i), NOW, seconds(100 + i));
        }
        limit.set(3);

        crowded.record(login(1, "new"), NOW, seconds(10));

        assertThat(users(crowded, NOW)).containsExactly("new", "user98", "user99");
        assertThat(crowded.size()).isEqualTo(3);
    }

    /** Against the least code that does the same. */
    @Property(tries = 300)
    void aCrowdedAddressShouldHoldTheUsersWhoseGrantsEndLast(
            @ForAll @Size(min = 1, max = 60) List<@IntRange(max = 99_999) Integer> steps) {
        GrantTable crowded = new GrantTable(StoreLimits.of(1_000, () -> 4), changes::add);
        Map<Login, Grant> expected = new LinkedHashMap<>();
        long now = NOW;
        for (int step : steps) {
            // No two ends are the same, so that there is one order.
            now += 1_001;
            String user = "user" + step % 7;
            if (step / 10 % 10 == 9) {
                crowded.revokeUser(user, now);
                expected.keySet().removeIf(login -> user.equals(login.user().orElse(null)));
                continue;
            }
            Login login = Login.of(client(1), user, Protocol.POP3, step / 10 % 2 == 0);
            Grant grant = crowded.record(login, now, seconds(1_000 + step / 100 % 60));
            Map<Object, Long> ends = new HashMap<>();
            expected.values().forEach(each -> ends.merge(each.user(), each.expiresAtMillis(), Math::max));
            ends.remove(grant.user());
            if (ends.size() == 4) {
                Object soonest = Collections.min(ends.entrySet(), Map.Entry.comparingByValue())
                        .getKey();
                expected.values().removeIf(each -> each.user().equals(soonest));
            }
            expected.put(login, grant);
            assertThat(crowded.find(client(1), now)).containsExactlyInAnyOrderElementsOf(expected.values());
            assertThat(crowded.size()).isEqualTo(expected.size());
        }
    }

    // ---- sweeping

    @Test
    void sweepShouldGiveTheMemoryOfEndedGrantsBack() {
        table.record(login(1, "a"), NOW, seconds(10));
        table.record(login(1, "b"), NOW, seconds(20));
        table.record(login(2, "c"), NOW, seconds(10));

        table.sweep(NOW + 12_000);
        assertThat(table.size()).isEqualTo(1);

        table.sweep(NOW + 22_000);
        assertThat(table.size()).isZero();
    }

    @Test
    void sweepShouldLeaveActiveGrantsAlone() {
        table.record(login(1, "a"), NOW, seconds(10));

        table.sweep(NOW + 9_999);

        assertThat(users(table, NOW + 9_999)).containsExactly("a");
    }

    @Test
    void sweepShouldFindAGrantThatWasRenewedOnceItEnds() {
        Grant grant = table.record(login(1, "a"), NOW, seconds(10));
        table.renew(grant, NOW + 5_000, seconds(10).toDuration());
        table.sweep(NOW + 12_000);
        assertThat(users(table, NOW + 12_000)).containsExactly("a");

        table.sweep(NOW + 17_000);

        assertThat(table.size()).isZero();
    }

    @Test
    void sweepShouldFindAGrantThatIsShorterThanAnEarlierOneOfItsAddress() {
        table.record(login(1, "a"), NOW, seconds(100));
        table.record(login(1, "b"), NOW, seconds(10));

        table.sweep(NOW + 12_000);
        assertThat(table.size()).isEqualTo(1);

        table.sweep(NOW + 102_000);
        assertThat(table.size()).isZero();
    }

    @Test
    void sweepShouldStillFindWhatStayedWhenOthersMadeRoom() {
        GrantTable small = new GrantTable(StoreLimits.of(2, () -> StoreLimits.MANY_USERS), address -> {});
        small.record(login(1, "a"), NOW, seconds(10));
        small.record(login(2, "b"), NOW, seconds(20));
        small.record(login(3, "c"), NOW, seconds(30));

        small.sweep(NOW + 60_000);

        assertThat(small.size()).isZero();
    }

    @Test
    void loginsWithDifferentLifetimesShouldNotPileUpInTheQueue() {
        for (int second = 0; second < 2000; second += 20) {
            long now = NOW + second * 1000L;
            table.record(login(1, "a"), now, seconds(100));
            table.record(login(1, "b"), now, seconds(10));
            table.sweep(now);
            table.sweep(now + 12_000);
        }

        assertThat(table.queued()).isLessThan(10);
        table.sweep(NOW + 3_000_000);
        assertThat(table.queued()).isZero();
    }

    // ---- making room

    @Test
    void theGrantThatEndsSoonestShouldMakeRoom() {
        GrantTable small = new GrantTable(StoreLimits.of(3, () -> StoreLimits.MANY_USERS), address -> {});
        small.record(login(1, "a"), NOW, seconds(30));
        small.record(login(2, "b"), NOW, seconds(10));
        small.record(login(3, "c"), NOW, seconds(20));

        small.record(login(4, "d"), NOW, seconds(40));
        assertThat(users(small, NOW)).containsExactly("a", "c", "d");

        small.record(login(5, "e"), NOW, seconds(40));
        assertThat(users(small, NOW)).containsExactly("a", "d", "e");
        assertThat(small.evictions()).isEqualTo(2);
        assertThat(small.size()).isEqualTo(3);
    }

    @Test
    void aRenewedGrantShouldStay() {
        GrantTable small = new GrantTable(StoreLimits.of(2, () -> StoreLimits.MANY_USERS), address -> {});
        Grant first = small.record(login(1, "a"), NOW, seconds(10));
        small.record(login(2, "b"), NOW, seconds(20));
        small.renew(first, NOW + 5_000, seconds(30).toDuration());

        small.record(login(3, "c"), NOW + 6_000, seconds(30));

        assertThat(users(small, NOW + 6_000)).containsExactly("a", "c");
    }

    @Test
    void manyUsersOfOneAddressShouldMakeRoomOneByOne() {
        GrantTable small = new GrantTable(StoreLimits.of(3, () -> StoreLimits.MANY_USERS), address -> {});
        small.record(login(1, "a"), NOW, seconds(30));
        small.record(login(1, "b"), NOW, seconds(10));
        small.record(login(1, "c"), NOW, seconds(20));
        small.record(login(1, "d"), NOW, seconds(40));
        small.record(login(1, "e"), NOW, seconds(40));

        assertThat(users(small, NOW)).containsExactly("a", "d", "e");
    }

    @Test
    void aLoginThatTakesAnotherPlaceShouldNeedNoRoom() {
        GrantTable small = new GrantTable(StoreLimits.of(2, () -> StoreLimits.MANY_USERS), address -> {});
        small.record(login(1, "a"), NOW, seconds(10));
        small.record(login(2, "b"), NOW, seconds(20));
        small.record(login(1, "a"), NOW, seconds(30));
        small.record(login(2, "b"), NOW, seconds(30));

        assertThat(users(small, NOW)).containsExactly("a", "b");
        assertThat(small.evictions()).isZero();
    }

    @Test
    void aRevivedGrantShouldNeedRoomAsANewOneDoes() {
        GrantTable small = new GrantTable(StoreLimits.of(1, () -> StoreLimits.MANY_USERS), address -> {});
        Grant first = small.record(login(1, "a"), NOW, seconds(10));
        small.record(login(2, "b"), NOW, seconds(20));

        Optional<Grant> revived = small.renew(first, NOW + 1_000, seconds(60).toDuration());

        assertThat(revived).isPresent();
        assertThat(users(small, NOW + 1_000)).containsExactly("a");
        assertThat(small.size()).isEqualTo(1);
    }

    @Property(tries = 300)
    void aFullTableShouldHoldItsBoundAndCountWhatItHolds(
            @ForAll @Size(min = 1, max = 80) List<@IntRange(max = 9_999) Integer> steps) {
        GrantTable small = new GrantTable(StoreLimits.of(5, () -> StoreLimits.MANY_USERS), address -> {});
        List<Grant> known = new ArrayList<>();
        long now = NOW;
        for (int step : steps) {
            now += step / 10 % 7 * 700L;
            Login login = login(step % 8, "user" + step / 8 % 3);
            if (step % 10 < 6 || known.isEmpty()) {
                known.add(small.record(login, now, seconds(1 + step / 100 % 20)));
            } else if (step % 10 == 6) {
                small.renew(
                        known.get(step % known.size()),
                        now,
                        seconds(1 + step / 100 % 20).toDuration());
            } else if (step % 10 == 7) {
                small.revoke(client(step % 8), now);
            } else {
                small.sweep(now);
            }
            assertThat(small.size()).isLessThanOrEqualTo(5);
            assertThat(small.active(now).count()).isLessThanOrEqualTo(small.size());
        }

        small.sweep(now + 60_000);

        assertThat(small.size()).isZero();
    }

    // ---- revoking with a clock that was set back

    @Test
    void revokeShouldTakeAGrantFromBeforeTheClockWasSetBack() {
        Grant bobs = table.record(login(1, "bob"), NOW, seconds(900));
        Grant alices = table.record(login(2, "alice"), NOW, seconds(900));

        assertThat(table.revokeUser("bob", NOW - 60_000)).isEqualTo(1);
        assertThat(table.revoke(client(2), NOW - 60_000)).isEqualTo(1);

        assertThat(users(table, NOW - 60_000)).isEmpty();
        assertThat(table.renew(bobs, NOW - 30_000, seconds(900).toDuration())).isEmpty();
        assertThat(table.renew(alices, NOW - 30_000, seconds(900).toDuration())).isEmpty();
    }

    @Test
    void revocationsShouldBeRememberedForADay() {
        Grant grant = table.record(login(1, "bob"), NOW, seconds(900));
        table.revoke(client(1), NOW + 1);
        Duration day = Duration.ofHours(24);

        table.sweep(NOW + day.toMillis());

        assertThat(table.renew(grant, NOW + day.toMillis(), seconds(900).toDuration()))
                .isEmpty();
    }

    // ---- restoring

    @Test
    void restoreShouldTakeTheGrantsOfAnAddressInWithoutReportingIt() {
        Grant encrypted = Grant.ofEpochMillis(login(1, "a"), NOW - 5_000, NOW + 5_000);
        Grant plain = Grant.ofEpochMillis(Login.of(client(1), "a", Protocol.POP3, false), NOW - 5_000, NOW + 9_000);
        Grant other = Grant.ofEpochMillis(login(1, "b"), NOW - 5_000, NOW + 7_000);

        table.restore(client(1), List.of(encrypted, plain, other));

        assertThat(table.find(client(1), NOW)).containsExactlyInAnyOrder(encrypted, plain, other);
        assertThat(table.size()).isEqualTo(3);
        assertThat(changes).isEmpty();
        table.sweep(NOW + 8_000);
        assertThat(table.find(client(1), NOW)).containsExactly(plain);
    }

    @Test
    void restoreShouldLeaveNoMoreThanTheTableHasRoomFor() {
        GrantTable small = new GrantTable(StoreLimits.of(2, () -> 1), changes::add);
        small.restore(client(1), List.of(Grant.ofEpochMillis(login(1, "a"), NOW, NOW + 1_000)));
        small.restore(
                client(2),
                List.of(
                        Grant.ofEpochMillis(login(2, "b"), NOW, NOW + 5_000),
                        Grant.ofEpochMillis(login(2, "c"), NOW, NOW + 9_000)));

        small.restore(client(3), List.of(Grant.ofEpochMillis(login(3, "d"), NOW, NOW + 5_000)));

        assertThat(users(small, NOW)).containsExactly("c", "d");
        assertThat(changes).containsExactly(client(1));
    }

    @Test
    void clearShouldLeaveNothing() {
        table.restore(client(1), List.of(Grant.ofEpochMillis(login(1, "a"), NOW, NOW + 1_000)));

        table.clear(0);

        assertThat(table.active(NOW)).isEmpty();
        assertThat(table.size()).isZero();
        assertThat(table.queued()).isZero();
    }

    // ---- telling changes

    @Test
    void everyChangeShouldBeReported() {
        Grant grant = table.record(login(1, "a"), NOW, seconds(10));
        assertThat(changes).containsExactly(client(1));

        table.renew(grant, NOW, seconds(20).toDuration());
        assertThat(changes).hasSize(2);

        table.sweep(NOW + 30_000);
        assertThat(changes).hasSize(3);

        table.record(login(2, "b"), NOW + 30_000, seconds(10));
        table.revoke(client(2), NOW + 30_000);
        assertThat(changes).hasSize(5);

        table.record(login(3, "c"), NOW + 30_000, seconds(10));
        table.revokeUser("c", NOW + 30_000);
        assertThat(changes).hasSize(7);
    }

    @Test
    void whatChangesNothingShouldNotBeReported() {
        table.find(client(1), NOW);
        table.revoke(client(1), NOW);
        table.revokeUser("a", NOW);
        table.sweep(NOW);

        assertThat(changes).isEmpty();
    }

    @Test
    void theGrantThatMadeRoomShouldBeReported() {
        ConcurrentHashMap.KeySetView<ClientAddress, Boolean> told = ConcurrentHashMap.newKeySet();
        GrantTable small = new GrantTable(StoreLimits.of(1, () -> StoreLimits.MANY_USERS), told::add);
        small.record(login(1, "a"), NOW, seconds(10));
        told.clear();

        small.record(login(2, "b"), NOW, seconds(20));

        assertThat(told).containsExactlyInAnyOrder(client(1), client(2));
    }
}
