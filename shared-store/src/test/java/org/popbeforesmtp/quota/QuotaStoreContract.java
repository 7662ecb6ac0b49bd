// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.quota;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every {@link QuotaStore} promises without waiting for an hour. */
public interface QuotaStoreContract {

    /** The store under test; always the same one within a test. */
    QuotaStore store();

    @Test
    default void addShouldCountUpToTheLimitAndNoFurther() {
        assertThat(store().add("bob", 2)).isEqualTo(RecipientCount.counted(1));
        assertThat(store().add("bob", 2)).isEqualTo(RecipientCount.counted(2));

        RecipientCount third = store().add("bob", 2);

        assertThat(third.isCounted()).isFalse();
        assertThat(third.recipients()).isEqualTo(2);
        assertThat(third.untilNext()).isBetween(java.time.Duration.ofMinutes(58), java.time.Duration.ofHours(1));
        assertThat(store().add("bob", 3)).isEqualTo(RecipientCount.counted(3));
    }

    @Test
    default void usersShouldBeCountedApart() {
        store().add("bob", 1);

        assertThat(store().add("alice", 1).isCounted()).isTrue();
        assertThat(store().add("BOB", 1).isCounted()).isTrue();
    }

    @Test
    default void whatIsTakenBackShouldNotCount() {
        store().add("bob", 1);
        store().takeBack("bob");
        store().takeBack("bob");
        store().takeBack("nobody");

        assertThat(store().add("bob", 1)).isEqualTo(RecipientCount.counted(1));
        assertThat(store().add("bob", 1).isCounted()).isFalse();
    }

    @Test
    default void manyAtOnceShouldBeCountedExactly() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Integer>> work = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                work.add(() -> {
                    int counted = 0;
                    for (int i = 0; i < 50; i++) {
                        counted += store().add("bob", 321).isCounted() ? 1 : 0;
                    }
                    return counted;
                });
            }
            int sum = 0;
            for (Future<Integer> counted : threads.invokeAll(work)) {
                sum += counted.get();
            }
            assertThat(sum).isEqualTo(321);
        } finally {
            threads.shutdownNow();
        }
    }
}
