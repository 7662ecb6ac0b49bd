// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class RecordDecoderFuzzTest {

    @Provide
    Arbitrary<byte[]> anything() {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(1_024);
    }

    @Provide
    Arbitrary<Integer> pieces() {
        return Arbitraries.integers().between(1, 64);
    }

    @Property(tries = 2_000)
    void anyStreamShouldYieldShortRecordsOrBeGivenUp(
            @ForAll("anything") byte[] bytes, @ForAll("pieces") int pieceSize) {
        EmbeddedChannel connection = new EmbeddedChannel(new RecordDecoder());
        int sent = 0;
        try {
            for (; sent < bytes.length; sent += pieceSize) {
                byte[] piece = Arrays.copyOfRange(bytes, sent, Math.min(sent + pieceSize, bytes.length));
                connection.writeInbound(Unpooled.wrappedBuffer(piece));
            }
        } catch (DecoderException e) {
            assertThat(e).hasCauseInstanceOf(GarbledMessageException.class);
        }
        int read = 0;
        for (ByteBuffer record = connection.readInbound(); record != null; record = connection.readInbound()) {
            assertThat(record.remaining()).isLessThanOrEqualTo(RpcServer.LONGEST_MESSAGE);
            read += Integer.BYTES + record.remaining();
        }
        assertThat(read).isLessThanOrEqualTo(bytes.length);
        release(connection);
    }

    /** What the decoder still holds of a record that has not arrived as a whole. */
    private static void release(EmbeddedChannel connection) {
        try {
            connection.finishAndReleaseAll();
        } catch (DecoderException e) {
            assertThat(e).hasCauseInstanceOf(GarbledMessageException.class);
        }
    }
}
