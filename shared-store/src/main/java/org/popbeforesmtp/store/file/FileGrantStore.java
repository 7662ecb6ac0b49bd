// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.file;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.GrantQuery;
import org.popbeforesmtp.store.GrantStore;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.StoreStatus;
import org.popbeforesmtp.store.StoreStatus.State;
import org.popbeforesmtp.store.StoreUnavailableException;
import org.popbeforesmtp.store.memory.Background;
import org.popbeforesmtp.store.memory.GrantTable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the grants in memory and writes them to a file behind the caller's back, so that they survive a restart and no
 * caller waits for a disk. A {@code kill -9} loses at most the last second.
 *
 * <p>While the file cannot be written the store goes on in memory, says so, and writes everything as soon as it can.
 */
public final class FileGrantStore implements GrantStore {

    private static final Logger LOGGER = LoggerFactory.getLogger(FileGrantStore.class);
    private static final long WRITE_MILLIS = 250;
    private static final long SWEEP_MILLIS = 1_000;
    private static final long COMPACT_MILLIS = 60_000;
    private static final long WARN_MILLIS = 60_000;

    private final Path path;
    private final Clock clock;
    private final GrantTable table;
    private final Background writer;
    private final Set<ClientAddress> unwritten = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;
    private volatile String trouble = "";

    // What follows belongs to the writer.
    private @Nullable GrantFile file;
    private long sweptAt;
    private long compactedAt;
    private long warnedAt = Long.MIN_VALUE / 2;

    private FileGrantStore(Path path, Clock clock, long maxGrants) {
        this.path = path;
        this.clock = clock;
        this.table = new GrantTable(maxGrants, unwritten::add);
        this.file = GrantFile.open(path, clock);
        unwritten.addAll(file.read(grant -> table.restore(grant, now())));
        this.writer = Background.every(WRITE_MILLIS, TimeUnit.MILLISECONDS, "pop-before-smtp-writer", this::write);
    }

    /**
     * Opens the file, or makes it with the directories above it.
     *
     * @param maxGrants how many grants the store holds at most; the ones that end soonest make room
     * @throws StoreUnavailableException if the file cannot be used; the message names it and says what to do
     */
    public static FileGrantStore open(Path path, Clock clock, long maxGrants) {
        return new FileGrantStore(path, clock, maxGrants);
    }

    @Override
    public Grant record(Login login, Lifetime lifetime) {
        return open().record(login, now(), lifetime);
    }

    @Override
    public Optional<Grant> renew(Grant grant, Lifetime lifetime) {
        return open().renew(grant, now(), lifetime);
    }

    @Override
    public List<Grant> find(ClientAddress address) {
        return open().find(address, this::now);
    }

    @Override
    public int revoke(ClientAddress address) {
        return open().revoke(address, now());
    }

    @Override
    public int revokeUser(String user) {
        return open().revokeUser(user, now());
    }

    @Override
    public List<Grant> list(GrantQuery query) {
        return query.answerFrom(open().active(now()));
    }

    @Override
    public StoreStatus status() {
        if (closed) {
            return status(State.UNAVAILABLE, "the store is closed");
        }
        String cause = trouble.isEmpty() && table.isFull() ? "the store is full" : trouble;
        return status(cause.isEmpty() ? State.AVAILABLE : State.DEGRADED, cause);
    }

    private StoreStatus status(State state, String cause) {
        return StoreStatus.of(state, cause, table.size(), table.evictions(), 0);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        writer.close();
        compactedAt = Long.MIN_VALUE / 2;
        write();
        if (file != null) {
            file.close();
            file = null;
        }
    }

    private GrantTable open() {
        if (closed) {
            throw new StoreUnavailableException("the store is closed");
        }
        return table;
    }

    private long now() {
        return clock.millis();
    }

    private synchronized void write() {
        long now = now();
        if (now - sweptAt >= SWEEP_MILLIS) {
            sweptAt = now;
            table.sweep(now);
        }
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
            target.put(address, table.find(address, now()));
        }
        target.commit();
    }

    private GrantFile reopened() {
        GrantFile again = GrantFile.open(path, clock);
        file = again;
        unwritten.addAll(again.read(grant -> {}));
        table.active(now()).map(Grant::address).forEach(unwritten::add);
        return again;
    }

    /** After a failure the state of the file is unknown: it is closed, and the next try writes all of the table. */
    private void giveUp(RuntimeException e, long now) {
        trouble = "grants are kept in memory only, " + path + " cannot be written: " + e.getMessage();
        if (now - warnedAt >= WARN_MILLIS) {
            warnedAt = now;
            LOGGER.warn("{}. Free the disk or mend the permissions; writing goes on by itself", trouble);
        }
        reopenFile();
    }
}
