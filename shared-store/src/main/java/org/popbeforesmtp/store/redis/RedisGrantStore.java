// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.GrantQuery;
import org.popbeforesmtp.store.GrantStore;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.StoreStatus;
import org.popbeforesmtp.store.StoreStatus.State;
import org.popbeforesmtp.store.StoreUnavailableException;

/**
 * Keeps the grants in a Redis that all nodes share, under the keys of docs/redis.md. Ends are exact by Redis's clock
 * alone.
 *
 * <p>No call waits longer than {@link RedisSettings#timeout()}, except that {@link #list} and {@link #revokeUser}, which
 * look at every grant, may take that long for each thousand of them. When Redis cannot be used, what is recorded and
 * renewed is kept here and written to it when it is back; {@link #find} fails, but names the grants that were earned here
 * since; nothing can be revoked or listed.
 */
public final class RedisGrantStore implements GrantStore {

    private final RedisSettings settings;
    private final SharedGrants shared;
    private final Journal journal;
    private final AtomicLong failures = new AtomicLong();
    private volatile boolean closed;

    private RedisGrantStore(RedisSettings settings, SharedGrants shared, Journal journal) {
        this.settings = settings;
        this.shared = shared;
        this.journal = journal;
    }

    /**
     * Opens the store. If Redis cannot be reached now, the log says so, and the store finds it when it can be.
     *
     * @throws IllegalArgumentException if a file with keys or certificates cannot be read
     */
    public static RedisGrantStore open(RedisSettings settings, Clock clock) {
        Journal journal = new Journal(clock);
        return new RedisGrantStore(settings, SharedGrants.open(settings, clock, journal), journal);
    }

    @Override
    public Grant record(Login login, Lifetime lifetime) {
        return answer(() -> {
            try {
                return shared.record(deadline(), login, lifetime);
            } catch (OutageException e) {
                requireOpen();
                return journal.record(login, lifetime);
            }
        });
    }

    @Override
    public Optional<Grant> renew(Grant grant, Duration fromNow) {
        return answer(() -> {
            try {
                return shared.renew(deadline(), grant, fromNow);
            } catch (OutageException e) {
                requireOpen();
                return journal.renew(grant, fromNow);
            }
        });
    }

    @Override
    public List<Grant> find(ClientAddress address) {
        return answer(() -> {
            try {
                return shared.find(deadline(), address);
            } catch (OutageException e) {
                throw unavailable(e, journal.earned(address));
            }
        });
    }

    @Override
    public int revoke(ClientAddress address) {
        return answer(() -> {
            journal.revoke(address);
            return shared.revoke(deadline(), address);
        });
    }

    @Override
    public int revokeUser(String user) {
        return answer(() -> {
            journal.revokeUser(user);
            return user.isEmpty() ? 0 : shared.revokeUser(deadline(), user);
        });
    }

    @Override
    public List<Grant> list(GrantQuery query) {
        return answer(() -> shared.list(deadline(), query));
    }

    private <T> T answer(Supplier<T> call) {
        requireOpen();
        try {
            return call.get();
        } catch (OutageException e) {
            failures.incrementAndGet();
            throw unavailable(e, List.of());
        } catch (StoreUnavailableException e) {
            failures.incrementAndGet();
            throw e;
        }
    }

    private static StoreUnavailableException unavailable(OutageException outage, List<Grant> known) {
        return new StoreUnavailableException("Redis cannot be used: " + outage.getMessage(), outage, known);
    }

    private void requireOpen() {
        if (closed) {
            throw new StoreUnavailableException("the store is closed");
        }
    }

    private Deadline deadline() {
        return Deadline.in(settings.timeout());
    }

    @Override
    public StoreStatus status() {
        if (closed) {
            return status(State.UNAVAILABLE, "the store is closed", 0);
        }
        Optional<String> trouble = shared.trouble();
        return trouble.isPresent()
                ? status(
                        State.DEGRADED,
                        "Redis is down, this node carries on with what it records itself (" + trouble.get() + ")",
                        journal.size())
                : status(State.AVAILABLE, "", shared.count() + journal.size());
    }

    private StoreStatus status(State state, String cause, long grants) {
        return StoreStatus.of(state, cause, grants, journal.evictions(), failures.get());
    }

    @Override
    public void close() {
        closed = true;
        shared.close();
    }
}
