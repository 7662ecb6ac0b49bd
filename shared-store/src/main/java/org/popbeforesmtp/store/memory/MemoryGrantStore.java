// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.GrantQuery;
import org.popbeforesmtp.store.GrantStore;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.StoreStatus;
import org.popbeforesmtp.store.StoreStatus.State;
import org.popbeforesmtp.store.StoreUnavailableException;

/** Keeps the grants in the memory of this process, for one James that holds both POP3 and SMTP; a restart forgets them. */
public final class MemoryGrantStore implements GrantStore {

    private final Clock clock;
    private final GrantTable table;
    private final Background sweeper;
    private volatile boolean closed;

    /**
     * An empty store.
     *
     * @param maxGrants how many grants it holds at most; the ones that end soonest make room
     */
    public MemoryGrantStore(Clock clock, long maxGrants) {
        this.clock = clock;
        this.table = new GrantTable(maxGrants, address -> {});
        this.sweeper = Background.every(1, TimeUnit.SECONDS, "pop-before-smtp-sweeper", () -> table.sweep(now()));
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
            return StoreStatus.of(State.UNAVAILABLE, "the store is closed", 0, table.evictions(), 0);
        }
        return table.isFull()
                ? StoreStatus.of(State.DEGRADED, "the store is full", table.size(), table.evictions(), 0)
                : StoreStatus.of(State.AVAILABLE, "", table.size(), table.evictions(), 0);
    }

    @Override
    public void close() {
        closed = true;
        sweeper.close();
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
}
