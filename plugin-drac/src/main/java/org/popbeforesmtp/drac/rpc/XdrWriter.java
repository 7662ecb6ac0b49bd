// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac.rpc;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes XDR (RFC 4506). */
public final class XdrWriter {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);

    public XdrWriter writeInts(int... values) {
        for (int value : values) {
            bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
        }
        return this;
    }

    public XdrWriter writeStrings(String... texts) {
        for (String text : texts) {
            byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
            writeInts(octets.length);
            bytes.writeBytes(octets);
            bytes.writeBytes(new byte[padded(octets.length) - octets.length]);
        }
        return this;
    }

    public XdrWriter writeAll(XdrWriter other) {
        bytes.writeBytes(other.toBytes());
        return this;
    }

    public byte[] toBytes() {
        return bytes.toByteArray();
    }

    /** The length with what fills the last word. */
    static int padded(int length) {
        return (length + Integer.BYTES - 1) & -Integer.BYTES;
    }
}
