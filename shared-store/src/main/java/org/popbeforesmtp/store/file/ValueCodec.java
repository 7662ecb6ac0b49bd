// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.file;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.popbeforesmtp.store.ValueKey;
import org.popbeforesmtp.store.memory.KeptValue;

/**
 * A value as bytes, format 1: the CRC-32 of its key and of what follows, a 64-bit integer for when it ends, in milliseconds
 * since the epoch, and the text in UTF-8.
 */
final class ValueCodec {

    private static final int HEADER = Integer.BYTES + Long.BYTES;

    private ValueCodec() {}

    static byte[] encode(KeptValue kept) {
        byte[] text = kept.text().getBytes(StandardCharsets.UTF_8);
        ByteBuffer record = ByteBuffer.allocate(HEADER + text.length)
                .putInt(0)
                .putLong(kept.endsAt())
                .put(text);
        return record.putInt(0, checksum(kept.key(), record.array())).array();
    }

    /**
     * The value that was encoded.
     *
     * @throws IllegalArgumentException if the bytes are none of ours
     */
    static KeptValue decode(ValueKey key, byte[] bytes) {
        ByteBuffer record = ByteBuffer.wrap(bytes);
        if (bytes.length < HEADER || record.getInt() != checksum(key, bytes)) {
            throw new IllegalArgumentException("a value is damaged");
        }
        long endsAt = record.getLong();
        return new KeptValue(key, new String(bytes, HEADER, bytes.length - HEADER, StandardCharsets.UTF_8), endsAt);
    }

    private static int checksum(ValueKey key, byte[] record) {
        CRC32 checksum = new CRC32();
        checksum.update(key.toString().getBytes(StandardCharsets.UTF_8));
        checksum.update(record, Integer.BYTES, record.length - Integer.BYTES);
        return (int) checksum.getValue();
    }
}
