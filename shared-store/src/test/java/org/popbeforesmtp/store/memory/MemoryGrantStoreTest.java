// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.runtime.MutableClock;
import org.popbeforesmtp.runtime.SteadyClock;
import org.popbeforesmtp.store.CapturedLog;
import org.popbeforesmtp.store.CrowdedAddressContract;
import org.popbeforesmtp.store.FullStoreContract;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.GrantQuery;
import org.popbeforesmtp.store.GrantStore;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;
import org.popbeforesmtp.store.StoreLimits;

class MemoryGrantStoreTest implements CrowdedAddressContract, FullStoreContract {

    private final MutableClock clock = new MutableClock();
    private final MutableClock wall = new MutableClock();
    private final Clock steady = SteadyClock.startingAt(wall, clock::nanoTime);
    private final GrantStore store = new MemoryGrantStore(steady, StoreLimits.of(1_000_000, () -> USERS));

    @AfterEach
    void tearDown() {
        store.close();
    }

    @Override
    public GrantStore store() {
        return store;
    }

    @Override
    public Instant now() {
        return steady.instant();
    }

    @Override
    public void pass(Duration time) {
        clock.turn(time);
        wall.turn(time);
    }

    @Override
    public void setWallClock(Duration by) {
        wall.turn(by);
    }

    @Override
    public GrantStore storeOf(long grants) {
        return new MemoryGrantStore(steady, StoreLimits.of(grants, () -> StoreLimits.MANY_USERS));
    }

    @Test
    void statusShouldSayThatTheStoreIsFull() {
        try (GrantStore small = new MemoryGrantStore(clock, StoreLimits.of(2, () -> StoreLimits.MANY_USERS))) {
            small.record(BOB, LONG);
            assertThat(small.status()).hasToString("AVAILABLE, 1 grants, 0 evictions, 0 failures");

            small.record(ALICE, LONG);
            assertThat(small.status()).hasToString("DEGRADED (the store is full), 2 grants, 0 evictions, 0 failures");

            small.record(BOB.from(OTHER_CLIENT), LONG);
            assertThat(small.status()).hasToString("DEGRADED (the store is full), 2 grants, 1 evictions, 0 failures");
        }
    }

    @Test
    void aFullStoreShouldWarnOnceUntilThereIsRoomAgain() {
        try (CapturedLog log = new CapturedLog();
                GrantStore small = new MemoryGrantStore(clock, StoreLimits.of(10, () -> StoreLimits.MANY_USERS))) {
            fill(small, 30);
            assertThat(log.lines("WARN")).hasSize(1).first().asString().contains("10 grants", "store.maxGrants");

            clock.turn(LONG.toDuration().plusSeconds(2));
            await().untilAsserted(() -> assertThat(small.status().grants()).isZero());
            fill(small, 30);

            await().untilAsserted(() -> assertThat(log.lines("WARN")).hasSize(2));
        }
    }

    @Test
    void endedGrantsShouldGiveTheirMemoryBackByThemselves() {
        fill(store, 1000);
        assertThat(store.status().grants()).isEqualTo(1000);

        clock.turn(LONG.toDuration().plusSeconds(2));

        await().untilAsserted(() -> assertThat(store.status().grants()).isZero());
    }

    /** It is what docs/operations.md reckons with; the name of the user and the address are part of it. */
    @Test
    void aGrantShouldTakeAboutTwoHundredBytesAndAnEmptyStoreNothing() {
        int grants = 50_000;
        long before = usedHeap();
        try (GrantStore large = new MemoryGrantStore(clock, StoreLimits.of(1_000_000, () -> StoreLimits.MANY_USERS))) {
            assertThat(usedHeap() - before).as("in advance").isLessThan(1_000_000);

            for (int i = 0; i < grants; i++) {
                large.record(Login.of(loginAt(i).address(), "user" + i + "@example.com", Protocol.POP3, true), LONG);
            }

            assertThat((usedHeap() - before) / grants).isBetween(150L, 250L);
            assertThat(large.status().grants()).isEqualTo(grants);
        }
    }

    private static long usedHeap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void aFullStoreShouldServeManyThreadsAndHoldItsBound() throws Exception {
        try (GrantStore small = new MemoryGrantStore(clock, StoreLimits.of(500, () -> StoreLimits.MANY_USERS))) {
            ExecutorService threads = Executors.newFixedThreadPool(8);
            List<Callable<Long>> calls = IntStream.range(0, 8)
                    .mapToObj(thread -> (Callable<Long>) () -> slowestOf(small, thread))
                    .collect(Collectors.toList());
            for (Future<Long> slowest : threads.invokeAll(calls)) {
                assertThat(Duration.ofNanos(slowest.get())).isLessThan(Duration.ofSeconds(2));
            }
            threads.shutdown();

            // Threads that find it full at the same instant may each make room.
            assertThat(small.status().grants()).isBetween(490L, 500L);
            assertThat(small.list(GrantQuery.all()))
                    .hasSize((int) small.status().grants());
        }
    }

    /** Records and renews; returns how long the slowest call took. */
    private static long slowestOf(GrantStore store, int thread) {
        long slowest = 0;
        for (int i = 0; i < 20_000; i++) {
            long start = System.nanoTime();
            Grant grant = store.record(loginAt(thread << 16 | i), LONG);
            store.renew(grant, LONG);
            slowest = Math.max(slowest, System.nanoTime() - start);
        }
        return slowest;
    }

    private static void fill(GrantStore store, int count) {
        IntStream.range(0, count).forEach(i -> store.record(loginAt(i), LONG));
    }

    private static Login loginAt(int number) {
        byte[] address = {10, (byte) (number >> 16), (byte) (number >> 8), (byte) number};
        return BOB.from(ClientAddress.ofBytes(address));
    }
}
