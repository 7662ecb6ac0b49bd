// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.popbeforesmtp.address.Network;

class BlockTest {

    private static final Instant NOW = Instant.parse("2026-11-28T12:00:00.123456Z");
    private static final BlockTarget BOB = BlockTarget.ofUser("bob@example.org");
    private static final BlockTarget NETWORK = BlockTarget.of(Network.parse("2001:db8::/32"));

    @Test
    void aBlockShouldLastThirtyDaysAtMostAndNotEndBeforeItBegins() {
        assertThatThrownBy(() -> Block.of(BOB, NOW, NOW.plus(Block.LONGEST).plusMillis(1), "", "admin"))
                .hasMessage("must last no longer than 30 days");
        assertThatThrownBy(() -> Block.of(BOB, NOW, NOW.minusMillis(1), "", "admin"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(Block.of(BOB, NOW, NOW.plus(Block.LONGEST), "", "admin").until())
                .isEqualTo(Instant.parse("2026-12-28T12:00:00.123Z"));
    }

    @Test
    void aReasonShouldNotBeLongerThanALine() {
        assertThat(Block.reason(" " + "x".repeat(200) + "\n")).isEqualTo("x".repeat(200));
        assertThatThrownBy(() -> Block.reason("x".repeat(201)))
                .hasMessage("must be printable, on one line of at most 200 characters");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\nb", "a\u0000b", "a\u2028b", "a\u202eb", "a\ud800b", "a\u001b[31mb"})
    void aReasonShouldBePrintable(String reason) {
        assertThatThrownBy(() -> Block.reason(reason))
                .hasMessage("must be printable, on one line of at most 200 characters");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "stolen", "two words", "\u5bc6\u78bc \ud83d\udd11", "1 2 3", "%20+"})
    void aTextShouldBecomeTheBlockThatItWasMadeOf(String reason) {
        for (BlockTarget target : new BlockTarget[] {BOB, NETWORK}) {
            Block block = Block.of(target, NOW, NOW.plusSeconds(60), reason, "webadmin:J\u00fcrgen 1 +%");

            assertThat(BlockText.read(BlockText.nameOf(target), BlockText.valueOf(block)))
                    .contains(block);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "1 2", "1 2 admin", "2 1 admin ", "x 2 admin ", "1 9999999999999 admin too long", "1 2 %zz "
            })
    void aTextThatIsNoBlockShouldBePassedOver(String value) {
        assertThat(BlockText.read("user bob", value)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"version", "", "network", "network x", "user ", "group a"})
    void aNameThatIsNoneShouldBePassedOver(String name) {
        assertThat(BlockText.read(name, "1 2 admin ")).isEqualTo(Optional.empty());
    }
}
