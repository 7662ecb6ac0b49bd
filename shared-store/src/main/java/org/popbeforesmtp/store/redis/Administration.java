// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.time.Duration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;

/** What has to look at every grant: each step of it has a deadline of its own. */
final class Administration {

    private final GrantKeys keys;
    private final GrantReader reader;
    private final GrantWriter writer;
    private final Duration timeout;

    Administration(GrantKeys keys, GrantReader reader, GrantWriter writer, Duration timeout) {
        this.keys = keys;
        this.reader = reader;
        this.writer = writer;
        this.timeout = timeout;
    }

    /** All active grants, read as the stream is. */
    Stream<Grant> all(RedisConnection connection) {
        Set<ClientAddress> seen = new HashSet<>();
        return scan(connection)
                .map(grantsKeys -> grantsKeys.stream()
                        .flatMap(key -> keys.addressOf(key).stream())
                        .filter(seen::add)
                        .collect(Collectors.toList()))
                .filter(addresses -> !addresses.isEmpty())
                .flatMap(addresses -> reader.find(connection, patience(), addresses).stream());
    }

    /**
     * Revokes a user's grants: at once for all readers, and then one after the other for good. If that breaks off, it
     * holds all the same.
     *
     * @return how many active grants were removed
     */
    int revokeUser(RedisConnection connection, String user) {
        long revokedAt = writer.beginToRevoke(connection, patience(), user);
        int revoked = scan(connection)
                .filter(grantsKeys -> !grantsKeys.isEmpty())
                .mapToInt(some -> writer.revokeAt(some, connection, patience(), user, revokedAt))
                .sum();
        writer.endRevoking(connection, patience(), user, revokedAt);
        return revoked;
    }

    private Stream<List<byte[]>> scan(RedisConnection connection) {
        GrantScan scan = new GrantScan(keys);
        Iterator<List<byte[]>> steps = new Iterator<>() {
            private boolean begun;

            @Override
            public boolean hasNext() {
                return !begun || !scan.isOver();
            }

            @Override
            public List<byte[]> next() {
                begun = true;
                return scan.next(connection, patience());
            }
        };
        return StreamSupport.stream(
                Spliterators.spliteratorUnknownSize(steps, Spliterator.ORDERED | Spliterator.NONNULL), false);
    }

    private Deadline patience() {
        return Deadline.in(timeout);
    }
}
