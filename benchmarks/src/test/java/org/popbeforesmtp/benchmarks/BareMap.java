// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.benchmarks;

import java.time.Clock;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Login;

/** A ConcurrentHashMap with one grant an address, which is found whether it has ended or not. */
final class BareMap implements Contestant {

    private final ConcurrentHashMap<ClientAddress, Grant> map = new ConcurrentHashMap<>();
    private final Clock clock = Clock.systemUTC();
    private final boolean ends;

    BareMap(boolean ends) {
        this.ends = ends;
    }

    @Override
    public void record(Visitor visitor) {
        Login login = visitor.login();
        map.put(login.address(), Grant.issue(login, clock.instant(), LIFETIME));
    }

    @Override
    public @Nullable Grant find(Visitor visitor) {
        return map.get(visitor.address());
    }

    @Override
    public void endAll() {
        if (ends) {
            map.values().removeIf(grant -> true);
        }
    }

    @Override
    public void close() {
        map.clear();
    }
}
