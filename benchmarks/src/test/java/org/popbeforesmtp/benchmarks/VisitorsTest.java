// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VisitorsTest {

    @Test
    void loginsShouldAllHaveDifferentAddresses() {
        assertThat(IntStream.range(0, 100_000)
                        .mapToObj(visitor -> Visitors.login(visitor).address())
                        .distinct())
                .hasSize(100_000);
    }

    @Test
    void pickShouldTakeEachVisitorOnceInAnotherOrder() {
        int[] picked = Visitors.pick(50, 1_000);

        assertThat(picked).containsExactlyInAnyOrder(IntStream.range(50, 1_050).toArray());
        assertThat(picked).isNotEqualTo(IntStream.range(50, 1_050).toArray());
    }

    @Test
    void pickShouldTakeAMillionOfMore() {
        assertThat(IntStream.of(Visitors.pick(0, 3_000_000)).distinct())
                .hasSize(1_000_000)
                .allMatch(visitor -> visitor < 3_000_000);
    }
}
