// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Writes XDR (RFC 4506). */
final class XdrWriter {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);

    XdrWriter writeInt(int value) {
        bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
        return this;
    }

    XdrWriter writeInts(int... values) {
        for (int value : values) {
            writeInt(value);
        }
        return this;
    }

    XdrWriter writeString(String text) {
        byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
        writeInt(octets.length);
        bytes.writeBytes(octets);
        bytes.writeBytes(new byte[-octets.length & (Integer.BYTES - 1)]);
        return this;
    }

    XdrWriter writeAll(XdrWriter other) {
        bytes.writeBytes(other.toBytes());
        return this;
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }
}
