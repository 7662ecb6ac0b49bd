// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.benchmarks;

import java.time.Clock;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Login;

/** A ConcurrentHashMap with one grant an address, and the end of a grant is looked at when it is found. */
final class DatedMap implements AddressContestant {

    private final ConcurrentHashMap<ClientAddress, Grant> map = new ConcurrentHashMap<>();
    private final Clock clock = Clock.systemUTC();

    @Override
    public void record(Login login) {
        map.put(login.address(), Grant.issue(login, clock.instant(), LIFETIME));
    }

    @Override
    public @Nullable Grant find(ClientAddress address) {
        Grant grant = map.get(address);
        return grant != null && grant.isActiveAt(clock.instant()) ? grant : null;
    }

    @Override
    public void endAll() {
        map.clear();
    }

    @Override
    public long size() {
        return map.mappingCount();
    }

    @Override
    public void close() {
        map.clear();
    }
}
