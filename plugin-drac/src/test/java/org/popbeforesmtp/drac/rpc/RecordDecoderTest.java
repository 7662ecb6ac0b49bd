// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordDecoderTest {

    private final EmbeddedChannel connection = new EmbeddedChannel(new RecordDecoder());

    private List<String> records(String words, int pieceSize) {
        ByteBuffer bytes = Messages.bytes(words);
        while (bytes.hasRemaining()) {
            byte[] piece = new byte[Math.min(pieceSize, bytes.remaining())];
            bytes.get(piece);
            connection.writeInbound(Unpooled.wrappedBuffer(piece));
        }
        List<String> records = new ArrayList<>();
        for (ByteBuffer record = connection.readInbound(); record != null; record = connection.readInbound()) {
            records.add(Messages.words(record));
        }
        return records;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 100})
    void readShouldPutRecordsTogetherHoweverTheyArrive(int pieceSize) {
        assertThat(records("80000008 11111111 22222222 00000004 33333333 80000004 44444444", pieceSize))
                .containsExactly("11111111 22222222", "33333333 44444444");
    }

    @Test
    void anEmptyRecordShouldBeARecord() {
        assertThat(records("80000000 80000000", 8)).containsExactly("", "");
    }

    @Test
    void aRecordOfTheLongestLengthShouldBeRead() {
        assertThat(records("80000400" + " 01020304".repeat(256), 1_000)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"80000401", "ffffffff", "7fffffff", "00000400 %s 00000001", "00000400 %s 80000001"})
    void aRecordThatIsTooLongShouldBeGivenUpAtItsMark(String words) {
        String full = words.formatted("01020304 ".repeat(256)).replaceAll(" +", " ");

        assertThatThrownBy(() -> records(full, 10_000)).hasCauseInstanceOf(GarbledMessageException.class);
    }

    @Test
    void endlessFragmentsShouldBeGivenUp() {
        assertThatThrownBy(() -> records("00000000 ".repeat(17), 10_000))
                .hasCauseInstanceOf(GarbledMessageException.class);
    }

    @Test
    void asManyFragmentsAsAreAllowedShouldBeRead() {
        assertThat(records("00000004 01020304 ".repeat(15) + "80000000", 3)).hasSize(1);
        assertThat(records("00000004 01020304 ".repeat(15) + "80000000", 3)).hasSize(1);
    }
}
