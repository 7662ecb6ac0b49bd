// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.file;

import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
 * Keeps the grants in memory and writes them to a file asynchronously, so that they survive a restart and no
 * mail session waits for a disk. A {@code kill -9} loses at most the logins of the last second. A revocation, which an
 * administrator makes, waits until it is on the disk.
 *
 * <p>While the file cannot be written the store goes on in memory, says so, and tries again after a while, at once for a
 * revocation; then it writes everything.
 */
public final class FileGrantStore extends TableStore {

    private static final Logger LOGGER = LoggerFactory.getLogger(FileGrantStore.class);
    private static final long WRITE_MILLIS = 250;
    private static final long COMPACT_MILLIS = 60_000;
    private static final long WARN_MILLIS = 60_000;
    private static final long LONGEST_WAIT_SECONDS = 30;

    private final Path path;
    private final Clock clock;
    private final Unwritten unwritten;
    private final PeriodicTask writer;
    private final BackOff backOff = new BackOff();
    private volatile String failure = "";

    // What follows belongs to the writer.
    private @Nullable StoreFile file;
    private long compactedAt;
    private long warnedAt = Long.MIN_VALUE / 2;
    private boolean warned;

    private FileGrantStore(Path path, Clock clock, StoreLimits limits, Unwritten unwritten) {
        super(clock, limits, unwritten::add);
        this.path = path;
        this.clock = clock;
        this.unwritten = unwritten;
        try {
            file = opened();
            new GrantMap(file).restore(now(), grant -> table().restore(grant, now()));
        } catch (DiskFullException e) {
            giveUp(e, now());
        }
        unwritten.addEverything();
        this.writer = PeriodicTask.every(WRITE_MILLIS, TimeUnit.MILLISECONDS, "pop-before-smtp-writer", this::write);
    }

    /**
     * Opens the file, or makes it with the directories above it. On a full disk the store begins in memory.
     *
     * @throws StoreUnavailableException if the file cannot be used; the message names it and says what to do
     */
    public static FileGrantStore open(Path path, Clock clock, StoreLimits limits) {
        return new FileGrantStore(path, clock, limits, new Unwritten());
    }

    private StoreFile opened() {
        return StoreFile.open(path, clock, read -> new GrantMap(read).read(grant -> {}));
    }

    @Override
    public int revoke(ClientAddress address) {
        int revoked = super.revoke(address);
        awaitWritten();
        return revoked;
    }

    @Override
    public int revokeUser(String user) {
        int revoked = super.revokeUser(user);
        awaitWritten();
        return revoked;
    }

    /** Also if nothing was revoked: the file may hold what an earlier call could not remove from it. */
    private void awaitWritten() {
        String reason = reasonNotWritten();
        if (!reason.isEmpty()) {
            throw new StoreUnavailableException("The revocation holds in this James until it restarts, but could not be"
                    + " written to " + path + ": " + reason + "; repeat it once the file can be written");
        }
    }

    private String reasonNotWritten() {
        backOff.reset();
        try {
            writer.soon().get(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS);
            return isClosed() ? "the store is closed" : failure;
        } catch (TimeoutException e) {
            return "the disk has not answered within " + LONGEST_WAIT_SECONDS + " seconds";
        } catch (ExecutionException e) {
            return String.valueOf(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "the wait for the disk was interrupted";
        }
    }

    @Override
    protected String trouble() {
        String reason = failure;
        return reason.isEmpty() ? "" : "grants are kept in memory only, " + path + " cannot be written: " + reason;
    }

    @Override
    public void close() {
        if (!closeOnce()) {
            return;
        }
        writer.close();
        backOff.reset();
        compactedAt = Long.MIN_VALUE / 2;
        write();
        reopenFile();
    }

    /** Errors too: a lack of memory passes, and what was taken to be written must not be forgotten for it. */
    private synchronized void write() {
        long now = now();
        try {
            table().sweep(now);
            if (!backOff.permits(now)) {
                return;
            }
            StoreFile target = file == null ? opened() : file;
            file = target;
            writeChanges(new GrantMap(target), now);
            if (now - compactedAt >= COMPACT_MILLIS) {
                compactedAt = now;
                file = new GrantMap(target).isWasteful() ? target.rewritten() : target;
            }
            recovered();
        } catch (RuntimeException | Error e) {
            giveUp(e, now);
        }
    }

    private void writeChanges(GrantMap target, long now) {
        boolean all = unwritten.takeEverything();
        if (all) {
            target.forEachAddress(address -> write(address, target));
            table().active(now)
                    .map(Grant::address)
                    .filter(address -> !target.holds(address))
                    .forEach(address -> write(address, target));
        }
        unwritten.takeEach(address -> write(address, target));
        if (all || target.hasChanges()) {
            target.commit(now);
        }
    }

    private void write(ClientAddress address, GrantMap target) {
        target.put(address, table().find(address, now()));
    }

    /** Lets the file go and opens it again with the next write, as after a failure. */
    synchronized void reopenFile() {
        unwritten.addEverything();
        if (file != null) {
            file.close();
            file = null;
        }
    }

    /** After a failure the state of the file is unknown: it is closed, and the next try writes all of the table. */
    private void giveUp(Throwable e, long now) {
        reopenFile();
        backOff.failed(now);
        failure = StoreFile.reason(e);
        if (now - warnedAt >= WARN_MILLIS) {
            warnedAt = now;
            warned = true;
            LOGGER.warn("{}. Free disk space or fix the permissions; writing resumes automatically", trouble());
        }
    }

    private void recovered() {
        failure = "";
        backOff.reset();
        if (warned) {
            warned = false;
            LOGGER.warn("{} can be written again, and holds all {} grants", path, table().size());
        }
    }
}
