// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.policy;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.SessionGrants;

/**
 * Remembers where users have recently logged in, one IPv4 and one IPv6 address each, as far as this process recorded
 * it. So the refusal can say that a mail program checks mail over one version of IP and sends over the other, without a
 * search through all grants. This affects only the text: nobody relays because of it.
 */
public final class RecentLogins implements SessionGrants {

    private static final int USERS = 50_000;

    private final SessionGrants store;
    private final Clock clock;
    private final Map<String, Places> users = new RecentlyUsed<>(USERS);

    public RecentLogins(SessionGrants store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    @Override
    public Grant record(Login login, Lifetime lifetime) {
        Grant grant = store.record(login, lifetime);
        note(grant);
        return grant;
    }

    @Override
    public Optional<Grant> renew(Grant grant, Duration fromNow) {
        Optional<Grant> renewed = store.renew(grant, fromNow);
        renewed.ifPresent(this::note);
        return renewed;
    }

    @Override
    public List<Grant> find(ClientAddress address) {
        return store.find(address);
    }

    private synchronized void note(Grant grant) {
        grant.user()
                .ifPresent(user ->
                        users.computeIfAbsent(user, name -> new Places()).add(grant));
    }

    synchronized boolean isEmpty() {
        return users.isEmpty();
    }

    /** The active grant of a user at an address of the version of IP that the client does not use. */
    synchronized Optional<Grant> ofOtherIpVersion(String user, ClientAddress client) {
        return Optional.ofNullable(users.get(user))
                .flatMap(places -> places.ofVersion(!client.isIpv4()))
                .filter(grant -> grant.isActiveAt(clock.instant()));
    }

    /** Grants were revoked. */
    public synchronized void forget(Revocation revocation) {
        revocation.user().ifPresent(users::remove);
        revocation.address().ifPresent(address -> users.values().removeIf(places -> places.isAt(address)));
    }

    /** The latest grant of each version. */
    private static final class Places {
        private @Nullable Grant ipv4;
        private @Nullable Grant ipv6;

        private void add(Grant grant) {
            if (grant.address().isIpv4()) {
                ipv4 = grant;
            } else {
                ipv6 = grant;
            }
        }

        private Optional<Grant> ofVersion(boolean isIpv4) {
            return Optional.ofNullable(isIpv4 ? ipv4 : ipv6);
        }

        private boolean isAt(ClientAddress address) {
            return ofVersion(address.isIpv4())
                    .filter(grant -> grant.address().equals(address))
                    .isPresent();
        }
    }
}
