// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.file;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.runtime.PeriodicTask;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.StoreLimits;
import org.popbeforesmtp.store.StoreUnavailableException;
import org.popbeforesmtp.store.memory.TableStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the grants in memory and writes them to a file behind the caller's back, so that they survive a restart and no
 * caller waits for a disk. A {@code kill -9} loses at most the last second.
 *
 * <p>While the file cannot be written the store goes on in memory, says so, and writes everything as soon as it can.
 */
public final class FileGrantStore extends TableStore {

    private static final Logger LOGGER = LoggerFactory.getLogger(FileGrantStore.class);
    private static final long WRITE_MILLIS = 250;
    private static final long COMPACT_MILLIS = 60_000;
    private static final long WARN_MILLIS = 60_000;

    private final Path path;
    private final Clock clock;
    private final PeriodicTask writer;
    private final Set<ClientAddress> unwritten;
    private volatile String trouble = "";

    // What follows belongs to the writer.
    private @Nullable GrantFile file;
    private long compactedAt;
    private long warnedAt = Long.MIN_VALUE / 2;

    private FileGrantStore(Path path, Clock clock, StoreLimits limits, Set<ClientAddress> unwritten) {
        super(clock, limits, unwritten::add);
        this.path = path;
        this.clock = clock;
        this.unwritten = unwritten;
        this.file = GrantFile.open(path, clock);
        unwritten.addAll(file.read(grant -> table().restore(grant, now())));
        this.writer = PeriodicTask.every(WRITE_MILLIS, TimeUnit.MILLISECONDS, "pop-before-smtp-writer", this::write);
    }

    /**
     * Opens the file, or makes it with the directories above it.
     *
     * @throws StoreUnavailableException if the file cannot be used; the message names it and says what to do
     */
    public static FileGrantStore open(Path path, Clock clock, StoreLimits limits) {
        return new FileGrantStore(path, clock, limits, ConcurrentHashMap.newKeySet());
    }

    /** See {@link #open(Path, Clock, StoreLimits)}. */
    public static FileGrantStore open(Path path, Clock clock, long maxGrants) {
        return open(path, clock, StoreLimits.ofGrants(maxGrants));
    }

    @Override
    protected String trouble() {
        return trouble;
    }

    @Override
    public void close() {
        if (!closeOnce()) {
            return;
        }
        writer.close();
        compactedAt = Long.MIN_VALUE / 2;
        write();
        if (file != null) {
            file.close();
            file = null;
        }
    }

    private synchronized void write() {
        long now = now();
        table().sweep(now);
        try {
            GrantFile target = file == null ? reopened() : file;
            writeChanges(target);
            if (now - compactedAt >= COMPACT_MILLIS) {
                compactedAt = now;
                shrink(target);
            }
            trouble = "";
        } catch (RuntimeException e) {
            giveUp(e, now);
        }
    }

    private void shrink(GrantFile target) {
        if (target.isWasteful()) {
            file = target.rewritten();
        }
    }

    /** Lets the file go and opens it again with the next write, as after a failure. */
    synchronized void reopenFile() {
        if (file != null) {
            file.abandon();
            file = null;
        }
    }

    private void writeChanges(GrantFile target) {
        if (unwritten.isEmpty()) {
            return;
        }
        for (Iterator<ClientAddress> addresses = unwritten.iterator(); addresses.hasNext(); ) {
            ClientAddress address = addresses.next();
            // Taken off the list before it is read: a change in between puts it on the list again.
            addresses.remove();
            target.put(address, table().find(address, now()));
        }
        target.commit();
    }

    private GrantFile reopened() {
        GrantFile again = GrantFile.open(path, clock);
        file = again;
        unwritten.addAll(again.read(grant -> {}));
        table().active(now()).map(Grant::address).forEach(unwritten::add);
        return again;
    }

    /** After a failure the state of the file is unknown: it is closed, and the next try writes all of the table. */
    private void giveUp(RuntimeException e, long now) {
        trouble = "grants are kept in memory only, " + path + " cannot be written: " + GrantFile.reason(e);
        if (now - warnedAt >= WARN_MILLIS) {
            warnedAt = now;
            LOGGER.warn("{}. Free the disk or mend the permissions; writing goes on by itself", trouble);
        }
        reopenFile();
    }
}
