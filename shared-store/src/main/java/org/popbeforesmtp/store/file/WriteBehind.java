// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.file;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.runtime.PeriodicTask;
import org.popbeforesmtp.store.StoreUnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what has changed in memory to a file, four times a second. While the file cannot be written it tries again after a
 * while, at once for one who waits; then it writes everything.
 */
final class WriteBehind implements AutoCloseable {

    private static final Logger LOGGER = LoggerFactory.getLogger(FileGrantStore.class);
    private static final long WRITE_MILLIS = 250;
    private static final long COMPACT_MILLIS = 60_000;
    private static final long WARN_MILLIS = 60_000;
    private static final long LONGEST_WAIT_SECONDS = 30;
    private static final long SMALL_FILE = 1 << 20;

    private final Path path;
    private final Clock clock;
    private final List<WrittenMap<?, ?>> maps;
    private final PeriodicTask writer;
    private final BackOff backOff = new BackOff();
    private volatile String failure = "";
    private volatile boolean closed;

    // What follows belongs to the writer.
    private @Nullable StoreFile file;
    private long compactedAt;
    private long warnedAt = Long.MIN_VALUE / 2;
    private boolean warned;

    /**
     * Opens the file, or makes it with the directories above it, takes what is there into memory and begins to write. On a
     * full disk there is nothing yet.
     *
     * @throws StoreUnavailableException if the file cannot be used; the message names it and says what to do
     */
    WriteBehind(Path path, Clock clock, List<WrittenMap<?, ?>> maps) {
        this.path = path;
        this.clock = clock;
        this.maps = List.copyOf(maps);
        try {
            file = StoreFile.open(path, clock, this::restore);
        } catch (DiskFullException e) {
            giveUp(e, clock.millis());
        }
        this.writer = PeriodicTask.every(WRITE_MILLIS, TimeUnit.MILLISECONDS, "pop-before-smtp-writer", this::write);
    }

    private void restore(StoreFile opened) {
        try {
            maps.forEach(map -> map.restore(opened, clock.millis()));
        } catch (RuntimeException | Error e) {
            maps.forEach(map -> map.clear(0));
            throw e;
        }
    }

    /** The file once more, of which everything is in memory. */
    private StoreFile openedAgain() {
        return StoreFile.open(path, clock, read -> maps.forEach(map -> map.verify(read)));
    }

    /**
     * Waits until all that was changed before is on the disk, also if nothing was: the file may hold what could not be
     * removed from it.
     *
     * @param what was changed, for people
     * @throws StoreUnavailableException if it is not
     */
    void awaitWritten(String what) {
        String reason = reasonNotWritten();
        if (!reason.isEmpty()) {
            throw new StoreUnavailableException(what + " holds in this James until it restarts, but could not be"
                    + " written to " + path + ": " + reason + "; repeat it once the file can be written");
        }
    }

    private String reasonNotWritten() {
        backOff.reset();
        try {
            writer.soon().get(LONGEST_WAIT_SECONDS, TimeUnit.SECONDS);
            return closed ? "the store is closed" : failure;
        } catch (TimeoutException e) {
            return "the disk has not answered within " + LONGEST_WAIT_SECONDS + " seconds";
        } catch (ExecutionException e) {
            return String.valueOf(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "the wait for the disk was interrupted";
        }
    }

    /** Why the file cannot be written, for people; empty if it can. */
    String trouble() {
        String reason = failure;
        return reason.isEmpty() ? "" : "grants are kept in memory only, " + path + " cannot be written: " + reason;
    }

    /** Writes once more and closes the file. To be called once. */
    @Override
    public void close() {
        closed = true;
        // Not in the middle of a write: an interruption would close the file, and everything be written once more.
        writer.soon().join();
        writer.close();
        backOff.reset();
        compactedAt = Long.MIN_VALUE / 2;
        write();
        reopenFile();
    }

    /** Catches errors too: a lack of memory may pass, and what is still to be written must not be lost. */
    private synchronized void write() {
        long now = clock.millis();
        try {
            maps.forEach(map -> map.sweep(now));
            if (!backOff.permits(now)) {
                return;
            }
            StoreFile target = file == null ? openedAgain() : file;
            file = target;
            writeChanges(target, now);
            if (now - compactedAt >= COMPACT_MILLIS) {
                compactedAt = now;
                file = isWasteful(target) ? target.rewritten() : target;
            }
            recovered();
        } catch (RuntimeException | Error e) {
            giveUp(e, now);
        }
    }

    private void writeChanges(StoreFile target, long now) {
        boolean all = false;
        for (WrittenMap<?, ?> map : maps) {
            all |= map.write(target);
        }
        if (all || target.hasChanges()) {
            target.commitAt(now);
        }
    }

    /** Whether the file has become much larger than what it holds. */
    private boolean isWasteful(StoreFile target) {
        return target.size()
                > SMALL_FILE
                        + maps.stream().mapToLong(map -> map.mostBytes(target)).sum();
    }

    /** Closes the file and opens it again with the next write, as after a failure. */
    synchronized void reopenFile() {
        maps.forEach(WrittenMap::everythingIsUnwritten);
        if (file != null) {
            file.close();
            file = null;
        }
    }

    /** After a failure the state of the file is unknown: it is closed, and the next try writes everything. */
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
            LOGGER.warn("{} can be written again, and holds all there is", path);
        }
    }
}
