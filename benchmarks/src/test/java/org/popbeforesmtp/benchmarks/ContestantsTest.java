// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContestantsTest {

    @ParameterizedTest
    @ValueSource(strings = {"memory", "james", "map", "dated map", "primitives", "caffeine"})
    void eachShouldFindWhatItRecordedAndNothingElseUntilAllEnd(String name) throws Exception {
        try (Contestant<Object, Object> contestant = Contestants.of(name, 2)) {
            contestant.record(contestant.toRecord(Visitors.login(1)));
            assertThat(isFound(contestant, 1)).isTrue();
            assertThat(isFound(contestant, 2)).isFalse();
            assertThat(contestant.size()).isOne();

            contestant.endAll();

            assertThat(isFound(contestant, 1)).isFalse();
            assertThat(contestant.size()).isZero();
        }
    }

    private static boolean isFound(Contestant<Object, Object> contestant, int visitor) {
        @Nullable Object answer = contestant.find(contestant.toAsk(Visitors.login(visitor)));
        return answer != null && !answer.equals(false) && !answer.equals(List.of());
    }
}
