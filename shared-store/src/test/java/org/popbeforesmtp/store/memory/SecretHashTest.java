// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.popbeforesmtp.address.ClientAddress;

class SecretHashTest {

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
    void addressesThatAreAlikeShouldSpreadByTheFirstBitsAndByTheLast(Row row) {
        SecretHash hash = new SecretHash();
        int[] byFirst = new int[ADDRESSES];
        int[] byLast = new int[ADDRESSES];

        for (int i = 0; i < ADDRESSES; i++) {
            ClientAddress address = row.address(i);
            int code = hash.of(address.highBits(), address.lowBits());
            byFirst[code >>> (AddressHash.BITS - 16)]++;
            byLast[code & (ADDRESSES - 1)]++;
        }

        // At random the fullest place has 8 or 9; more than 15 in one of ten million runs.
        assertThat(IntStream.of(byFirst).max().orElseThrow()).isLessThan(16);
        assertThat(IntStream.of(byLast).max().orElseThrow()).isLessThan(16);
    }

    @Test
    void anAddressShouldHaveAnotherHashInAnotherTable() {
        IntStream inEightTables = IntStream.range(0, 8).map(unused -> new SecretHash().of(0, 1));

        assertThat(inEightTables.distinct().count()).isGreaterThan(1);
    }
}
