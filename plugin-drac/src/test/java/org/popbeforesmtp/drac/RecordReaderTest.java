// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordReaderTest {

    private final RecordReader reader = new RecordReader();

    /** A connection on which bytes arrive in pieces of a size, and which ends after them. */
    private static final class Stream implements ReadableByteChannel {

        private final ByteBuffer bytes;
        private final int pieceSize;
        private int left;

        Stream(String words, int pieceSize) {
            this.bytes = Messages.bytes(words);
            this.pieceSize = pieceSize;
        }

        void arrive() {
            left = pieceSize;
        }

        boolean isAtEnd() {
            return !bytes.hasRemaining();
        }

        @Override
        public int read(ByteBuffer target) {
            if (isAtEnd()) {
                return -1;
            }
            int count = Math.min(Math.min(left, bytes.remaining()), target.remaining());
            target.put(bytes.slice(bytes.position(), count));
            bytes.position(bytes.position() + count);
            left -= count;
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    private List<String> records(String words, int pieceSize) throws IOException, GarbledMessageException {
        Stream stream = new Stream(words, pieceSize);
        List<String> records = new ArrayList<>();
        while (!stream.isAtEnd()) {
            stream.arrive();
            while (!stream.isAtEnd() && reader.read(stream)) {
                records.add(Messages.words(reader.takeRecord()));
            }
        }
        return records;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 7, 8, 100})
    void readShouldPutRecordsTogetherHoweverTheyArrive(int pieceSize) throws Exception {
        assertThat(records("80000008 11111111 22222222 00000004 33333333 80000004 44444444", pieceSize))
                .containsExactly("11111111 22222222", "33333333 44444444");
    }

    @Test
    void anEmptyRecordShouldBeARecord() throws Exception {
        Stream stream = new Stream("80000000 80000000", 8);
        stream.arrive();

        assertThat(reader.read(stream)).isTrue();
        assertThat(reader.takeRecord().remaining()).isZero();
        assertThat(reader.read(stream)).isTrue();
    }

    @Test
    void aRecordOfTheLongestLengthShouldBeRead() throws Exception {
        assertThat(records("80000400" + " 01020304".repeat(256), 1_000)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"80000401", "ffffffff", "7fffffff", "00000400 %s 00000001", "00000400 %s 80000001"})
    void aRecordThatIsTooLongShouldBeGivenUpAtItsMark(String words) {
        String full = words.formatted("01020304 ".repeat(256)).replaceAll(" +", " ");

        assertThatThrownBy(() -> records(full, 10_000)).isInstanceOf(GarbledMessageException.class);
    }

    @Test
    void endlessFragmentsShouldBeGivenUp() {
        assertThatThrownBy(() -> records("00000000 ".repeat(17), 10_000)).isInstanceOf(GarbledMessageException.class);
    }

    @Test
    void asManyFragmentsAsAreAllowedShouldBeRead() throws Exception {
        assertThat(records("00000004 01020304 ".repeat(15) + "80000000", 3)).hasSize(1);
        assertThat(records("00000004 01020304 ".repeat(15) + "80000000", 3)).hasSize(1);
    }

    @Test
    void aStreamThatEndsShouldBeNoticed() {
        Stream stream = new Stream("80000008 11111111", 8);
        stream.arrive();

        assertThatThrownBy(() -> reader.read(stream)).isInstanceOf(EOFException.class);
    }
}
