// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.extension;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.GrantQuery;
import org.popbeforesmtp.store.GrantStore;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.StoreStatus;
import org.popbeforesmtp.store.StoreUnavailableException;

/** Cannot answer; for some client addresses it even fails in ways that the contract does not allow. */
public final class FaultyStore implements GrantStore {

    /** Clients for whom it throws something else. */
    public static final String RUNTIME_EXCEPTION = "127.200.0.1";

    public static final String ERROR = "127.200.0.2";

    @Override
    public Grant record(Login login, Lifetime lifetime) {
        throw failure(login.address());
    }

    @Override
    public Optional<Grant> renew(Grant grant, Duration fromNow) {
        throw failure(grant.address());
    }

    @Override
    public List<Grant> find(ClientAddress address) {
        throw failure(address);
    }

    @Override
    public int revoke(ClientAddress address) {
        throw failure(address);
    }

    @Override
    public int revokeUser(String user) {
        throw new StoreUnavailableException("the disk is on fire");
    }

    @Override
    public List<Grant> list(GrantQuery query) {
        throw new StoreUnavailableException("the disk is on fire");
    }

    @Override
    public StoreStatus status() {
        return StoreStatus.of(StoreStatus.State.UNAVAILABLE, "the disk is on fire", 0, 0, 0);
    }

    @Override
    public void close() {}

    private static RuntimeException failure(ClientAddress address) {
        return switch (address.toString()) {
            case RUNTIME_EXCEPTION -> new IllegalStateException("not allowed by the contract");
            case ERROR -> throw new NoClassDefFoundError("no/such/Thing");
            default -> new StoreUnavailableException("the disk is on fire");
        };
    }
}
