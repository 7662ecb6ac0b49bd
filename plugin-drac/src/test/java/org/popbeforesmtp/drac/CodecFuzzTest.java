// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.drac.portmapper.PortMapperProgram;
import org.popbeforesmtp.drac.rpc.GarbledMessageException;
import org.popbeforesmtp.drac.rpc.Messages;
import org.popbeforesmtp.drac.rpc.RecordedAnswers;
import org.popbeforesmtp.drac.rpc.RpcProgram;
import org.popbeforesmtp.drac.rpc.Transport;
import org.popbeforesmtp.drac.rpc.XdrReader;
import org.popbeforesmtp.drac.rpc.XdrWriter;
import org.popbeforesmtp.runtime.LogLimit;
import org.popbeforesmtp.runtime.MutableClock;

/** Whatever comes in, there is at most one answer and no exception but the one that is meant. jqwik prints its seed. */
class CodecFuzzTest {

    private static final LogLimit LOG = new LogLimit(new MutableClock(), 1);

    /** The first refuses everybody, so that it answers at once. */
    private final List<RpcProgram> programs = List.of(
            new DracProgram(
                    caller -> false,
                    new CallQueue((granted, caller) -> DracResult.SYSTEM_ERROR, new MutableClock(), LOG),
                    LOG),
            new PortMapperProgram(LOG));

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

    @Property(tries = 2_000)
    void anythingShouldBeAnsweredAtMostOnce(@ForAll("anything") byte[] bytes) {
        answerOnceOrNot(bytes);
    }

    @Property(tries = 8_000)
    void nearlyACallShouldBeAnsweredAtMostOnce(@ForAll("nearlyCalls") byte[] bytes) {
        answerOnceOrNot(bytes);
    }

    private void answerOnceOrNot(byte[] bytes) {
        for (RpcProgram program : programs) {
            RecordedAnswers answers = new RecordedAnswers();
            try {
                program.receive(ByteBuffer.wrap(bytes), ClientAddress.parse("203.0.113.9"), Transport.UDP, answers);
                assertThat(answers.answer()).doesNotContain("and").isNotEmpty();
            } catch (GarbledMessageException e) {
                assertThat(answers.isAnswered()).isFalse();
            }
        }
    }

    @Property
    void anAddressShouldArriveAsItWasSent(@ForAll("addresses") byte[] octets) throws Exception {
        XdrWriter words = new XdrWriter();
        for (byte octet : octets) {
            words.writeInts(octet);
        }
        XdrReader arguments = new XdrReader(ByteBuffer.wrap(words.toBytes()));

        assertThat(arguments.readChars(16)).isEqualTo(octets);
        arguments.requireEnd();
    }

    @Provide
    Arbitrary<byte[]> addresses() {
        return Arbitraries.bytes().array(byte[].class).ofSize(16);
    }
}
