// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.file;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.h2.mvstore.MVMap;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;

/** The grants in a file: the map {@code grants} from an address to its {@link GrantCodec record}. */
final class GrantMap {

    private static final String WRITTEN_AT = "writtenAt";
    private static final long LONGEST_MILLIS = Duration.ofHours(24).toMillis();
    private static final long SMALL_FILE = 1 << 20;

    /** What an address with its grants takes at most, as a rule, in a file without waste. */
    private static final long BYTES_PER_ADDRESS = 512;

    private final StoreFile file;
    private final MVMap<String, byte[]> records;

    GrantMap(StoreFile file) {
        this.file = file;
        this.records = file.map("grants");
    }

    /** Reads all grants as they were written. */
    void read(Consumer<Grant> reader) {
        for (Map.Entry<String, byte[]> entry : records.entrySet()) {
            ClientAddress address = ClientAddress.parse(entry.getKey());
            GrantCodec.decode(address, entry.getValue()).forEach(reader);
        }
    }

    /**
     * Reads all grants as they count from now on. If the clock was set back since they were written they lie that much
     * earlier: none lasts longer than was left of it when it was written, nor longer than the longest lifetime.
     */
    void restore(long now, Consumer<Grant> reader) {
        long back = Math.max(0, writtenAt() - now);
        read(grant -> reader.accept(Grant.ofEpochMillis(
                grant.login(),
                Math.min(grant.grantedAtMillis() - back, now),
                Math.max(now, Math.min(grant.expiresAtMillis() - back, now + LONGEST_MILLIS)))));
    }

    /** When the file was written; where it does not say so, at the earliest when the latest user logged in. */
    private long writtenAt() {
        String writtenAt = file.meta().get(WRITTEN_AT);
        if (writtenAt != null) {
            return Long.parseLong(writtenAt);
        }
        long[] latest = {Long.MIN_VALUE};
        read(grant -> latest[0] = Math.max(latest[0], grant.grantedAtMillis()));
        return latest[0];
    }

    void forEachAddress(Consumer<ClientAddress> action) {
        records.keyIterator(null).forEachRemaining(address -> action.accept(ClientAddress.parse(address)));
    }

    boolean holds(ClientAddress address) {
        return records.containsKey(address.toString());
    }

    /** Puts the grants of an address in the place of what was there; none removes it. */
    void put(ClientAddress address, List<Grant> active) {
        String key = address.toString();
        if (active.isEmpty()) {
            records.remove(key);
            return;
        }
        byte[] record = GrantCodec.encode(address, active);
        if (!Arrays.equals(record, records.get(key))) {
            records.put(key, record);
        }
    }

    boolean hasChanges() {
        return file.hasChanges();
    }

    /** Writes what was put, down to the disk. */
    void commit(long now) {
        file.meta().put(WRITTEN_AT, Long.toString(now));
        file.commit();
    }

    /** Whether the file has become much larger than what it holds. */
    boolean isWasteful() {
        return file.size() > SMALL_FILE + BYTES_PER_ADDRESS * records.sizeAsLong();
    }
}
