// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BackOffTest {

    private final BackOff backOff = new BackOff();

    @Test
    void theFirstTryShouldNotWait() {
        assertThat(backOff.permits(Long.MIN_VALUE)).isTrue();
    }

    @Test
    void eachPauseShouldBeTwiceTheOneBeforeUpToTenSeconds() {
        List<Long> pauses = new ArrayList<>();
        for (int failure = 0; failure < 8; failure++) {
            backOff.failed(1_000);
            pauses.add(pause());
        }

        assertThat(pauses).containsExactly(250L, 500L, 1_000L, 2_000L, 4_000L, 8_000L, 10_000L, 10_000L);
    }

    @Test
    void resetShouldPermitATryAtOnceAndBeginAnew() {
        backOff.failed(1_000);
        backOff.failed(1_000);

        backOff.reset();

        assertThat(backOff.permits(1_000)).isTrue();
        backOff.failed(1_000);
        assertThat(pause()).isEqualTo(250);
    }

    /** How long it permits nothing since the failure at 1,000. */
    private long pause() {
        long pause = 0;
        while (!backOff.permits(1_000 + pause)) {
            pause++;
        }
        return pause;
    }
}
