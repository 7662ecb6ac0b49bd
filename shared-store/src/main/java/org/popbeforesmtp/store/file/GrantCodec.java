// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.file;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;

/**
 * The grants of one address as bytes, format 1: for each grant one byte of flags (1 encrypted, 2 names a user), the user
 * if there is one, the protocol (both as {@link DataOutputStream#writeUTF}), and two 64-bit integers: when it was granted
 * and when it ends, in milliseconds since the epoch. Before all that the CRC-32 of it and of the address, since a disk
 * that forgets a bit must not make a grant of somebody else's or one without an end.
 */
final class GrantCodec {

    private static final int ENCRYPTED = 1;
    private static final int NAMES_USER = 2;

    private GrantCodec() {}

    static byte[] encode(ClientAddress address, List<Grant> grants) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(0);
            for (Grant grant : grants) {
                write(out, grant);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        byte[] encoded = bytes.toByteArray();
        ByteBuffer.wrap(encoded).putInt(checksum(address, encoded));
        return encoded;
    }

    private static int checksum(ClientAddress address, byte[] encoded) {
        CRC32 checksum = new CRC32();
        checksum.update(address.toString().getBytes(StandardCharsets.US_ASCII));
        checksum.update(encoded, Integer.BYTES, encoded.length - Integer.BYTES);
        return (int) checksum.getValue();
    }

    private static void write(DataOutputStream out, Grant grant) throws IOException {
        out.writeByte((grant.encrypted() ? ENCRYPTED : 0) | (grant.user().isPresent() ? NAMES_USER : 0));
        if (grant.user().isPresent()) {
            out.writeUTF(grant.user().get());
        }
        out.writeUTF(grant.protocol().toString());
        out.writeLong(grant.grantedAt().toEpochMilli());
        out.writeLong(grant.expiresAt().toEpochMilli());
    }

    /**
     * The grants that were encoded.
     *
     * @throws IllegalArgumentException if the bytes are none of ours
     */
    static List<Grant> decode(ClientAddress address, byte[] bytes) {
        List<Grant> grants = new ArrayList<>();
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            if (in.readInt() != checksum(address, bytes)) {
                throw new IllegalArgumentException("a record of grants is damaged");
            }
            while (in.available() > 0) {
                grants.add(read(in, address));
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("not a record of grants", e);
        }
        return grants;
    }

    private static Grant read(DataInputStream in, ClientAddress address) throws IOException {
        int flags = in.readUnsignedByte();
        boolean encrypted = (flags & ENCRYPTED) != 0;
        String user = (flags & NAMES_USER) == 0 ? "" : in.readUTF();
        Protocol protocol = Protocol.of(in.readUTF());
        Login login = Login.ofStored(address, user, protocol, encrypted);
        return Grant.ofEpochMillis(login, in.readLong(), in.readLong());
    }
}
