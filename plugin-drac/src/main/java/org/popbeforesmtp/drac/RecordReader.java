// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/**
 * Puts the messages of a byte stream together again (record marking, RFC 5531 section 11). It reads no further than the
 * record that it is at, and holds no more than one short message however the sender cuts it up.
 */
final class RecordReader {

    static final int MOST_FRAGMENTS = 16;

    private static final int LAST_FRAGMENT = 0x8000_0000;

    private final ByteBuffer mark = ByteBuffer.allocate(Integer.BYTES);
    private final ByteBuffer record =
            ByteBuffer.allocate(RpcServer.LONGEST_MESSAGE).limit(0);
    private boolean last;
    private int fragments;

    /**
     * Reads on as far as the channel has bytes.
     *
     * @return whether a record is complete; then {@link #takeRecord()} is to be called before the next read
     * @throws GarbledMessageException if the record is too long or comes in too many fragments
     * @throws EOFException if the stream has ended
     */
    boolean read(ReadableByteChannel channel) throws IOException, GarbledMessageException {
        while (true) {
            if (mark.hasRemaining()) {
                if (!fill(mark, channel)) {
                    return false;
                }
                startFragment(mark.getInt(0));
            }
            if (!fill(record, channel)) {
                return false;
            }
            if (last) {
                return true;
            }
            mark.clear();
        }
    }

    private static boolean fill(ByteBuffer buffer, ReadableByteChannel channel) throws IOException {
        while (buffer.hasRemaining()) {
            int count = channel.read(buffer);
            if (count < 0) {
                throw new EOFException("the stream has ended");
            }
            if (count == 0) {
                return false;
            }
        }
        return true;
    }

    private void startFragment(int word) throws GarbledMessageException {
        last = (word & LAST_FRAGMENT) != 0;
        int length = word & ~LAST_FRAGMENT;
        if (++fragments > MOST_FRAGMENTS || length > record.capacity() - record.position()) {
            throw new GarbledMessageException("too long a record");
        }
        record.limit(record.position() + length);
    }

    /** The complete record; valid until the next read. */
    ByteBuffer takeRecord() {
        ByteBuffer message = record.duplicate().flip().slice();
        mark.clear();
        record.clear().limit(0);
        fragments = 0;
        return message;
    }
}
