// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.runtime.LogLimit;
import org.popbeforesmtp.runtime.MutableClock;

/** Whatever comes in, there is at most one answer and no exception but the one that is meant. jqwik prints its seed. */
class CodecFuzzTest {

    private static final LogLimit LOG = new LogLimit(new MutableClock(), 1);

    /** Refuses everybody, so that it answers at once. */
    private final RpcDispatcher dispatcher = new RpcDispatcher(
            List.of(
                    new DracProgram(
                            caller -> false,
                            new CallQueue((granted, caller) -> DracResult.SYSTEM_ERROR, new MutableClock(), LOG),
                            LOG),
                    new PortMapperProgram()),
            LOG);

    @Provide
    Arbitrary<byte[]> anything() {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(1_024);
    }

    /** Calls with some octets changed, cut off or with something behind them. */
    @Provide
    Arbitrary<byte[]> nearlyCalls() {
        Arbitrary<byte[]> calls = Arbitraries.of(
                        Messages.ADD_IPV4,
                        Messages.NULL,
                        Messages.call(2, 1) + " 00000000".repeat(16),
                        Messages.call(100_000, 2, 3) + " 000dbc05 00000001 00000011 00000000",
                        Messages.call(100_000, 4, 3) + " 000dbc05 00000001 00000003 75647000 00000000 00000000")
                .map(words -> Messages.bytes(words).array());
        Arbitrary<List<Integer>> flips = Arbitraries.integers().list().ofMaxSize(4);
        return Combinators.combine(calls, flips, Arbitraries.integers().between(-20, 20))
                .as((call, bits, growth) -> {
                    byte[] changed = call.clone();
                    for (int bit : bits) {
                        changed[Math.floorMod(bit, changed.length)] ^= (byte) (1 << Math.floorMod(bit >> 16, 8));
                    }
                    return Arrays.copyOf(changed, changed.length + growth);
                });
    }

    @Property(tries = 5_000)
    void anythingShouldBeAnsweredAtMostOnce(@ForAll("anything") byte[] bytes) {
        answerOnceOrNot(bytes);
    }

    @Property(tries = 20_000)
    void nearlyACallShouldBeAnsweredAtMostOnce(@ForAll("nearlyCalls") byte[] bytes) {
        answerOnceOrNot(bytes);
    }

    private void answerOnceOrNot(byte[] bytes) {
        RecordedExchange exchange = new RecordedExchange("203.0.113.9", Transport.UDP);
        try {
            dispatcher.dispatch(ByteBuffer.wrap(bytes), exchange);
            assertThat(exchange.answer()).doesNotContain("and").isNotEmpty();
        } catch (GarbledMessageException e) {
            assertThat(exchange.isAnswered()).isFalse();
        }
    }

    @Property(tries = 5_000)
    void anyStreamShouldYieldShortRecordsOrBeGivenUp(@ForAll("anything") byte[] bytes, @ForAll("pieces") int pieceSize)
            throws IOException {
        RecordReader reader = new RecordReader();
        ReadableByteChannel stream = new Pieces(ByteBuffer.wrap(bytes), pieceSize);
        int read = 0;
        try {
            while (true) {
                if (reader.read(stream)) {
                    read += Integer.BYTES + reader.takeRecord().remaining();
                }
            }
        } catch (GarbledMessageException | EOFException e) {
            assertThat(read).isLessThanOrEqualTo(bytes.length);
        }
    }

    @Provide
    Arbitrary<Integer> pieces() {
        return Arbitraries.integers().between(1, 64);
    }

    @Property
    void anAddressShouldArriveAsItWasSent(@ForAll("addresses") byte[] octets, @ForAll int xid) throws Exception {
        XdrWriter call = new XdrWriter().writeInts(xid, 0, 2, DracProgram.NUMBER, 2, 1, 0, 0, 0, 0);
        for (byte octet : octets) {
            call.writeInt(octet);
        }
        RpcCall read = RpcCall.read(ByteBuffer.wrap(call.toBytes()));

        assertThat(read.xid()).isEqualTo(xid);
        assertThat(ClientAddress.ofBytes(read.arguments().readChars(16))).isEqualTo(ClientAddress.ofBytes(octets));
    }

    @Provide
    Arbitrary<byte[]> addresses() {
        return Arbitraries.bytes().array(byte[].class).ofSize(16);
    }

    private record Pieces(ByteBuffer bytes, int size) implements ReadableByteChannel {

        @Override
        public int read(ByteBuffer target) {
            if (!bytes.hasRemaining()) {
                return -1;
            }
            int count = Math.min(Math.min(size, bytes.remaining()), target.remaining());
            target.put(bytes.slice(bytes.position(), count));
            bytes.position(bytes.position() + count);
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
