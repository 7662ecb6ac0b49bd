// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac.rpc;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Puts the messages of a byte stream together again (record marking, RFC 5531 section 11). A record that is too long,
 * or has too many fragments, is rejected at the mark that shows it; by then at most one short message has been read.
 */
final class RecordDecoder extends ByteToMessageDecoder {

    static final int MOST_FRAGMENTS = 16;
    static final int LAST_FRAGMENT = 0x8000_0000;

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws GarbledMessageException {
        ByteBuffer record = ByteBuffer.allocate(RpcServer.LONGEST_MESSAGE);
        ByteBuf rest = in.duplicate();
        for (int fragments = 1; rest.readableBytes() >= Integer.BYTES; fragments++) {
            int mark = rest.readInt();
            int length = mark & ~LAST_FRAGMENT;
            if (fragments > MOST_FRAGMENTS || length > record.remaining()) {
                throw new GarbledMessageException("too long a record");
            }
            if (rest.readableBytes() < length) {
                return;
            }
            rest.readBytes(record.limit(record.position() + length));
            record.limit(record.capacity());
            if ((mark & LAST_FRAGMENT) != 0) {
                in.readerIndex(rest.readerIndex());
                out.add(record.flip());
                return;
            }
        }
    }
}
