// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.benchmarks;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Login;

/** A ConcurrentHashMap with one grant an address, which is found whether it has ended or not: the least there can be. */
final class BareMap implements AddressContestant {

    private final ConcurrentHashMap<ClientAddress, Grant> map = new ConcurrentHashMap<>();
    private final Clock clock = Clock.systemUTC();
    private final boolean ends;

    BareMap(boolean ends) {
        this.ends = ends;
    }

    @Override
    public void record(Login login) {
        map.put(login.address(), Grant.issue(login, clock.instant(), LIFETIME));
    }

    @Override
    public @Nullable Grant find(ClientAddress address) {
        return map.get(address);
    }

    @Override
    public void endAll() {
        if (ends) {
            long later = clock.instant().plus(Duration.ofMinutes(16)).toEpochMilli();
            map.values().removeIf(grant -> grant.expiresAt().toEpochMilli() < later);
        }
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
