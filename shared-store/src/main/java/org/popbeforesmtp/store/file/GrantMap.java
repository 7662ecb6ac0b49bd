// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.file;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.memory.GrantTable;

/** The grants in a file: the map {@code grants} from an address to its {@link GrantCodec record}. */
final class GrantMap extends WrittenMap<ClientAddress> {

    private static final long LONGEST_MILLIS = Duration.ofHours(24).toMillis();
    private static final int BYTES_PER_ADDRESS = 512;

    private final GrantTable table;
    private final Clock clock;

    GrantMap(GrantTable table, Clock clock, Unwritten<ClientAddress> unwritten) {
        super("grants", unwritten, BYTES_PER_ADDRESS);
        this.table = table;
        this.clock = clock;
    }

    @Override
    void verify(StoreFile file) {
        read(file, grant -> {});
    }

    private void read(StoreFile file, Consumer<Grant> reader) {
        for (Map.Entry<String, byte[]> entry : records(file).entrySet()) {
            ClientAddress address = ClientAddress.parse(entry.getKey());
            GrantCodec.decode(address, entry.getValue()).forEach(reader);
        }
    }

    /**
     * Takes all grants as they count from now on. If the clock was set back since they were written they lie that much
     * earlier: none lasts longer than was left of it when it was written, nor longer than the longest lifetime.
     */
    @Override
    void restore(StoreFile file, long now) {
        long back = Math.max(0, writtenAt(file) - now);
        read(
                file,
                grant -> table.restore(
                        Grant.ofEpochMillis(
                                grant.login(),
                                Math.min(grant.grantedAtMillis() - back, now),
                                Math.max(now, Math.min(grant.expiresAtMillis() - back, now + LONGEST_MILLIS))),
                        clock.millis()));
    }

    /** When the file was written; where it does not say so, at the earliest when the latest user logged in. */
    private long writtenAt(StoreFile file) {
        long[] latest = {Long.MIN_VALUE};
        if (file.writtenAt().isEmpty()) {
            read(file, grant -> latest[0] = Math.max(latest[0], grant.grantedAtMillis()));
        }
        return file.writtenAt().orElse(latest[0]);
    }

    @Override
    void sweep(long now) {
        table.sweep(now);
    }

    @Override
    ClientAddress keyOf(String text) {
        return ClientAddress.parse(text);
    }

    @Override
    Stream<ClientAddress> keys() {
        return table.active(clock.millis()).map(Grant::address);
    }

    @Override
    Optional<byte[]> record(ClientAddress address) {
        List<Grant> active = table.find(address, clock.millis());
        return active.isEmpty() ? Optional.empty() : Optional.of(GrantCodec.encode(address, active));
    }
}
