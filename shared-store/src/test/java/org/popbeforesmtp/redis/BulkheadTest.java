// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/** What hangs here stands for whatever may hang: a name server, a handshake, a server that sends drops. */
class BulkheadTest {

    private static final Duration TIMEOUT = Duration.ofMillis(100);

    private final CountDownLatch end = new CountDownLatch(1);
    private final AtomicInteger begun = new AtomicInteger();
    private final ExecutorService callers = Executors.newCachedThreadPool();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Bulkhead bulkhead = new Bulkhead(threads, 2);

    @AfterEach
    void tearDown() {
        callers.shutdownNow();
        end.countDown();
        threads.shutdownNow();
    }

    /** Cannot be interrupted, like a name look-up. */
    private boolean hang() {
        begun.incrementAndGet();
        while (end.getCount() > 0) {
            LockSupport.parkNanos(1_000_000);
        }
        return true;
    }

    private CompletableFuture<Boolean> hangInBackground() {
        return CompletableFuture.supplyAsync(
                () -> bulkhead.call(Deadline.in(Duration.ofSeconds(60)), this::hang), callers);
    }

    private static Deadline soon() {
        return Deadline.in(TIMEOUT);
    }

    @Test
    void callShouldReturnWhatTheWorkReturns() {
        assertThat(bulkhead.call(Deadline.in(Duration.ofSeconds(10)), () -> 42)).isEqualTo(42);
    }

    @Test
    void callShouldThrowWhatTheWorkThrows() {
        assertThatThrownBy(() -> bulkhead.call(Deadline.in(Duration.ofSeconds(10)), () -> {
                    throw new JedisDataException("WRONGTYPE");
                }))
                .isInstanceOf(JedisDataException.class);
    }

    @Test
    void callShouldNotWaitLongerThanTheDeadlineWhateverTheWorkHangsIn() {
        long start = System.nanoTime();

        assertThatThrownBy(() -> bulkhead.call(soon(), this::hang))
                .isInstanceOfAny(JedisConnectionException.class, RedisUnavailableException.class);

        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(TIMEOUT, TIMEOUT.plusMillis(500));
    }

    @Test
    void beingBusyShouldNotLookLikeAnAnswerThatDidNotCome() {
        List<CompletableFuture<Boolean>> hanging = List.of(hangInBackground(), hangInBackground());
        await().until(() -> begun.get() == 2);

        assertThatThrownBy(() -> bulkhead.call(soon(), () -> true))
                .isInstanceOf(RedisUnavailableException.class)
                .hasMessage("too many calls at once");

        end.countDown();
        assertThat(hanging).allSatisfy(each -> assertThat(each.join()).isTrue());
        assertThat(bulkhead.call(Deadline.in(Duration.ofSeconds(10)), () -> true))
                .isTrue();
    }

    @Test
    void aTurnThatComesLateShouldNotLookLikeAnAnswerThatDidNotCome() {
        Bulkhead single = new Bulkhead(threads, 1);
        CompletableFuture<Boolean> first = CompletableFuture.supplyAsync(
                () -> single.call(Deadline.in(Duration.ofSeconds(60)), () -> {
                    begun.incrementAndGet();
                    long end = System.nanoTime() + Duration.ofMillis(1500).toNanos();
                    while (System.nanoTime() < end) {
                        LockSupport.parkNanos(1_000_000);
                    }
                    return true;
                }),
                callers);
        await().until(() -> begun.get() == 1);

        assertThatThrownBy(() -> single.call(Deadline.in(Duration.ofSeconds(2)), this::hang))
                .isInstanceOf(RedisUnavailableException.class)
                .hasMessage("too many calls at once");
        assertThat(first.join()).isTrue();
        assertThat(begun).as("had its turn").hasValue(2);
    }

    @Test
    void aCallThatFindsNoThreadShouldNotTakeAPlaceForGood() {
        threads.shutdown();

        for (int i = 0; i < 5; i++) {
            long start = System.nanoTime();
            assertThatThrownBy(() -> bulkhead.call(Deadline.in(Duration.ofSeconds(10)), () -> true))
                    .isInstanceOf(RedisUnavailableException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        }
    }
}
