// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.GrantQuery;
import org.popbeforesmtp.store.GrantStore;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.StoreLimits;
import org.popbeforesmtp.store.StoreStatus;
import org.popbeforesmtp.store.StoreStatus.State;
import org.popbeforesmtp.store.StoreUnavailableException;

/** What the stores have in common that answer from a table in the memory of this process. */
public abstract class TableStore implements GrantStore {

    private final Clock clock;
    private final GrantTable table;
    private volatile boolean closed;

    /**
     * An empty store.
     *
     * @param changed is told each address whose grants have changed, on the thread that changed them
     */
    protected TableStore(Clock clock, StoreLimits limits, Consumer<ClientAddress> changed) {
        this.clock = clock;
        this.table = new GrantTable(limits, changed);
    }

    @Override
    public final Grant record(Login login, Lifetime lifetime) {
        return open().record(login, now(), lifetime);
    }

    @Override
    public final Optional<Grant> renew(Grant grant, Duration fromNow) {
        return open().renew(grant, now(), fromNow);
    }

    @Override
    public final List<Grant> find(ClientAddress address) {
        return open().find(address, now());
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
    public final List<Grant> list(GrantQuery query) {
        return query.answerFrom(open().active(now()));
    }

    @Override
    public final StoreStatus status() {
        if (closed) {
            return status(State.UNAVAILABLE, "the store is closed");
        }
        String cause = trouble().isEmpty() && table.isFull() ? "the store is full" : trouble();
        return status(cause.isEmpty() ? State.AVAILABLE : State.DEGRADED, cause);
    }

    private StoreStatus status(State state, String cause) {
        return StoreStatus.of(state, cause, table.size(), table.evictions(), 0);
    }

    /** What limits the store besides its size, for people; empty if nothing does. */
    protected String trouble() {
        return "";
    }

    /** Lets no further call through; whether any was let through before. */
    protected final synchronized boolean closeOnce() {
        boolean first = !closed;
        closed = true;
        return first;
    }

    protected final GrantTable table() {
        return table;
    }

    /** The time, in milliseconds since the epoch. */
    protected final long now() {
        return clock.millis();
    }

    private GrantTable open() {
        requireOpen();
        return table;
    }

    /** Throws if the store is closed. */
    protected final void requireOpen() {
        if (closed) {
            throw new StoreUnavailableException("the store is closed");
        }
    }
}
