// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac.rpc;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads XDR (RFC 4506) and never past the end of the message. */
public final class XdrReader {

    private final ByteBuffer bytes;

    /** Reads what remains of the buffer, and moves its position. */
    public XdrReader(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    public int readInt() throws GarbledMessageException {
        return take(Integer.BYTES).getInt();
    }

    /**
     * Reads an array of {@code char}, which is one word for each: only the low octet of it counts, because a C compiler
     * with signed characters fills the other three with the sign.
     */
    public byte[] readChars(int count) throws GarbledMessageException {
        byte[] octets = new byte[count];
        for (int i = 0; i < count; i++) {
            octets[i] = (byte) readInt();
        }
        return octets;
    }

    public byte[] readOctets(int count) throws GarbledMessageException {
        byte[] octets = new byte[count];
        take(XdrWriter.padded(count)).get(octets);
        return octets;
    }

    public String readString(int longest) throws GarbledMessageException {
        return new String(readOctets(readLength(longest)), StandardCharsets.ISO_8859_1);
    }

    public void skipOpaque(int longest) throws GarbledMessageException {
        take(XdrWriter.padded(readLength(longest)));
    }

    public void requireEnd() throws GarbledMessageException {
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

    private ByteBuffer take(int count) throws GarbledMessageException {
        if (bytes.remaining() < count) {
            throw new GarbledMessageException("too short");
        }
        ByteBuffer taken = bytes.duplicate();
        bytes.position(bytes.position() + count);
        return taken;
    }
}
