// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ContestantsTest {

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "MAP_WITHOUT_END")
    void eachShouldFindWhatItRecordedAndNothingElseUntilAllEnd(Kind kind) throws Exception {
        try (Contestant contestant = kind.with(2)) {
            contestant.record(Visitor.number(1));
            assertThat(isFound(contestant, 1)).isTrue();
            assertThat(isFound(contestant, 2)).isFalse();

            contestant.endAll();

            assertThat(isFound(contestant, 1)).isFalse();
        }
    }

    private static boolean isFound(Contestant contestant, int number) {
        @Nullable Object answer = contestant.find(Visitor.number(number));
        return answer != null && !answer.equals(false) && !answer.equals(List.of());
    }

    @Test
    void visitorsShouldAllHaveDifferentAddresses() {
        assertThat(Arrays.stream(Visitor.shuffled(100_000))
                        .map(Visitor::address)
                        .distinct())
                .hasSize(100_000);
    }
}
