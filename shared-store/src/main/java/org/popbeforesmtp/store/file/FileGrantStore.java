// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.file;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.StoreLimits;
import org.popbeforesmtp.store.StoreUnavailableException;
import org.popbeforesmtp.store.ValueKey;
import org.popbeforesmtp.store.ValueStore;
import org.popbeforesmtp.store.memory.MemoryValueStore;
import org.popbeforesmtp.store.memory.TableStore;

/**
 * Keeps the grants in memory and writes them to a file asynchronously, so that they survive a restart and no
 * mail session waits for a disk. A {@code kill -9} loses at most the logins of the last second. A revocation, which an
 * administrator makes, waits until it is on the disk. The same file keeps {@link #values values}.
 *
 * <p>While the file cannot be written the store continues in memory, reports it, and tries again after a while, at once for
 * a revocation; then it writes everything.
 */
public final class FileGrantStore extends TableStore {

    private final FileValueStore values;
    private final WriteBehind file;

    private FileGrantStore(Path path, Clock clock, StoreLimits limits, Unwritten<ClientAddress> unwritten) {
        super(clock, limits, unwritten::add);
        Unwritten<ValueKey> unwrittenValues = new Unwritten<>();
        MemoryValueStore kept = new MemoryValueStore(clock, MemoryValueStore.MOST_OF_A_KIND, unwrittenValues::add);
        this.file = new WriteBehind(
                path,
                clock,
                List.of(new WrittenGrants(table(), clock, unwritten), new WrittenValues(kept, unwrittenValues)));
        this.values = new FileValueStore(kept, this::requireOpen, file);
    }

    /**
     * Opens the file, or makes it with the directories above it. On a full disk the store begins in memory.
     *
     * @throws StoreUnavailableException if the file cannot be used; the message names it and says what to do
     */
    public static FileGrantStore open(Path path, Clock clock, StoreLimits limits) {
        return new FileGrantStore(path, clock, limits, new Unwritten<>());
    }

    /** What the same file keeps beside the grants, and as they are kept. It is closed with the store. */
    public ValueStore values() {
        return values;
    }

    @Override
    public int revoke(ClientAddress address) {
        int revoked = super.revoke(address);
        file.awaitWritten("The revocation");
        return revoked;
    }

    @Override
    public int revokeUser(String user) {
        int revoked = super.revokeUser(user);
        file.awaitWritten("The revocation");
        return revoked;
    }

    @Override
    protected String trouble() {
        return file.trouble();
    }

    @Override
    public void close() {
        if (closeOnce()) {
            file.close();
        }
    }

    /** Closes the file and opens it again with the next write, as after a failure. */
    void reopenFile() {
        file.reopenFile();
    }
}
