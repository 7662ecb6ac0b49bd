// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;

class BucketsTest {

    private static final int ADDRESSES = 1 << 16;

    /** Neighbours, and networks whose addresses differ in few bits, as the users of one provider do. */
    static Stream<Row> addressesThatAreAlike() {
        return Stream.of(
                new Row(0, 0x0000_FFFF_0A00_0000L, 0, 1),
                new Row(0, 0x0000_FFFF_0000_0001L, 0, 1 << 16),
                new Row(0x2001_0DB8_0000_0000L, 1, 1, 0),
                new Row(0x2001_0DB8_0000_0000L, 0, 0, 1L << 48));
    }

    /** A row of addresses, each so far from the one before. */
    static final class Row {
        private final long high;
        private final long low;
        private final long highStep;
        private final long lowStep;

        Row(long high, long low, long highStep, long lowStep) {
            this.high = high;
            this.low = low;
            this.highStep = highStep;
            this.lowStep = lowStep;
        }

        ClientAddress address(int index) {
            return ClientAddress.ofBits(high + index * highStep, low + index * lowStep);
        }

        @Override
        public String toString() {
            return address(0) + ", " + address(1) + ", ...";
        }
    }

    @ParameterizedTest
    @MethodSource("addressesThatAreAlike")
    void addressesThatAreAlikeShouldSpread(Row row) {
        Buckets buckets = new Buckets(ADDRESSES);
        int[] sizes = new int[buckets.count()];

        for (int i = 0; i < ADDRESSES; i++) {
            sizes[buckets.of(row.address(i))]++;
        }

        // With random buckets the fullest of them has 8 or 9; more than 15 in one of ten million runs.
        assertThat(IntStream.of(sizes).max().orElseThrow()).isLessThan(16);
    }

    @Test
    void anAddressShouldHaveAnotherBucketInAnotherTable() {
        ClientAddress address = ClientAddress.parse("192.0.2.1");

        IntStream inEightTables = IntStream.range(0, 8).map(unused -> new Buckets(1 << 16).of(address));

        assertThat(inEightTables.distinct().count()).isGreaterThan(1);
    }

    @ParameterizedTest
    @CsvSource({"1, 16", "16, 16", "17, 32", "1000000, 1048576", "9223372036854775807, 16777216"})
    void theNumberOfBucketsShouldFollowTheNumberOfEntriesWithinBounds(long expected, int count) {
        assertThat(new Buckets(expected).count()).isEqualTo(count);
    }

    @Test
    void aChainShouldTakeThePlaceOfAnother() {
        Buckets buckets = new Buckets(16);
        Entry entry = Entry.of(Login.of(ClientAddress.parse("192.0.2.1"), "alice", Protocol.POP3, false), 1, 2);

        buckets.update(3, chain -> entry);
        assertThat(buckets.get(3)).isSameAs(entry);
        assertThat(buckets.get(4)).isNull();

        buckets.update(3, chain -> chain == entry ? null : chain);
        assertThat(buckets.get(3)).isNull();
    }
}
