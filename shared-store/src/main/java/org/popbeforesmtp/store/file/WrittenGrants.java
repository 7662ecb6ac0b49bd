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
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;
import org.popbeforesmtp.store.memory.GrantTable;

/**
 * The grants in a file: the map {@code grants} from an address to a record. It has for each grant one byte of flags (1
 * encrypted, 2 names a user), the user if there is one, the protocol (both as {@link DataOutputStream#writeUTF}), and two
 * 64-bit integers: when it was granted and when it ends, in milliseconds since the epoch.
 */
final class WrittenGrants extends WrittenMap<ClientAddress, List<Grant>> {

    private static final int ENCRYPTED = 1;
    private static final int NAMES_USER = 2;
    private static final long LONGEST_MILLIS = Duration.ofHours(24).toMillis();
    private static final int BYTES_PER_ADDRESS = 512;

    /** What stands for each byte that is not ASCII. */
    private static final char NOT_ASCII = '\uFFFD';

    private final GrantTable table;
    private final Clock clock;

    WrittenGrants(GrantTable table, Clock clock, Unwritten<ClientAddress> unwritten) {
        super("grants", unwritten, BYTES_PER_ADDRESS);
        this.table = table;
        this.clock = clock;
    }

    @Override
    ClientAddress keyOf(String text) {
        return ClientAddress.parse(text);
    }

    @Override
    List<Grant> decode(ClientAddress address, ByteBuffer record) {
        List<Grant> grants = new ArrayList<>(1);
        while (record.hasRemaining()) {
            int flags = record.get();
            String user = (flags & NAMES_USER) == 0 ? "" : readText(record);
            Protocol protocol = Protocol.of(readText(record));
            Login login = Login.ofStored(address, user, protocol, (flags & ENCRYPTED) != 0);
            grants.add(Grant.ofEpochMillis(login, record.getLong(), record.getLong()));
        }
        return grants;
    }

    /** What {@link DataInputStream#readUTF} reads, and faster if it is ASCII, as nearly all is. */
    private static String readText(ByteBuffer record) {
        int begin = record.arrayOffset() + record.position();
        int length = Short.toUnsignedInt(record.getShort());
        record.position(record.position() + length);
        String ascii = new String(record.array(), begin + Short.BYTES, length, StandardCharsets.US_ASCII);
        return ascii.indexOf(NOT_ASCII) < 0 ? ascii : readUtf(record.array(), begin, Short.BYTES + length);
    }

    private static String readUtf(byte[] bytes, int begin, int length) {
        try {
            return new DataInputStream(new ByteArrayInputStream(bytes, begin, length)).readUTF();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    Optional<byte[]> encode(ClientAddress address) {
        List<Grant> active = table.find(address, clock.millis());
        return active.isEmpty() ? Optional.empty() : Optional.of(encoded(active));
    }

    static byte[] encoded(List<Grant> grants) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeInt(0);
            for (Grant grant : grants) {
                out.writeByte(
                        (grant.encrypted() ? ENCRYPTED : 0) | (grant.user().isPresent() ? NAMES_USER : 0));
                if (grant.user().isPresent()) {
                    out.writeUTF(grant.user().get());
                }
                out.writeUTF(grant.protocol().toString());
                out.writeLong(grant.grantedAtMillis());
                out.writeLong(grant.expiresAtMillis());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    @Override
    boolean restore(ClientAddress address, List<Grant> record, long back, long now) {
        List<Grant> counting = new ArrayList<>(record.size());
        for (Grant grant : record) {
            Grant restored = counting(grant, back, now);
            if (now < restored.expiresAtMillis()) {
                counting.add(restored);
            }
        }
        table.restore(address, counting);
        return counting.equals(record);
    }

    /**
     * A grant that lasts no longer than was left of it when it was written, nor longer than the longest lifetime. It was
     * written when the user logged in at the earliest, where the file does not say when.
     */
    private static Grant counting(Grant grant, long back, long now) {
        long earlier = Math.max(back, grant.grantedAtMillis() - now);
        long grantedAt = grant.grantedAtMillis() - earlier;
        long end = Math.min(grant.expiresAtMillis() - earlier, now + LONGEST_MILLIS);
        return earlier == 0 && end == grant.expiresAtMillis()
                ? grant
                : Grant.ofEpochMillis(grant.login(), grantedAt, Math.max(grantedAt, end));
    }

    @Override
    void clear(int entries) {
        table.clear(entries);
    }

    @Override
    void sweep(long now) {
        table.sweep(now);
    }

    @Override
    Stream<ClientAddress> keys() {
        return table.addresses();
    }
}
