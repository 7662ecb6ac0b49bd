// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads XDR (RFC 4506) and never past the end of the message. */
final class XdrReader {

    private static final int UNIT = Integer.BYTES;

    private final ByteBuffer bytes;

    /** Reads what remains of the buffer, and moves its position. */
    XdrReader(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    int readInt() throws GarbledMessageException {
        require(UNIT);
        return bytes.getInt();
    }

    /**
     * Reads an array of {@code char}, which is one word for each: only the low octet of it counts, because a C compiler
     * with signed characters fills the other three with the sign.
     */
    byte[] readChars(int count) throws GarbledMessageException {
        byte[] octets = new byte[count];
        for (int i = 0; i < count; i++) {
            octets[i] = (byte) readInt();
        }
        return octets;
    }

    byte[] readOctets(int count) throws GarbledMessageException {
        require(padded(count));
        byte[] octets = new byte[count];
        bytes.get(octets);
        bytes.position(bytes.position() + padded(count) - count);
        return octets;
    }

    String readString(int longest) throws GarbledMessageException {
        return new String(readOctets(readLength(longest)), StandardCharsets.ISO_8859_1);
    }

    void skipOpaque(int longest) throws GarbledMessageException {
        int length = readLength(longest);
        require(padded(length));
        bytes.position(bytes.position() + padded(length));
    }

    void requireEnd() throws GarbledMessageException {
        if (bytes.hasRemaining()) {
            throw new GarbledMessageException("too long");
        }
    }

    private int readLength(int longest) throws GarbledMessageException {
        int length = readInt();
        if (length < 0 || length > longest) {
            throw new GarbledMessageException("a length out of range");
        }
        return length;
    }

    private void require(int count) throws GarbledMessageException {
        if (bytes.remaining() < count) {
            throw new GarbledMessageException("too short");
        }
    }

    private static int padded(int length) {
        return (length + UNIT - 1) & -UNIT;
    }
}
