// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.audit;

import java.time.Clock;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.policy.PolicySettings;
import org.popbeforesmtp.store.Grant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The addresses that were refused because too many users share them: warns of each once per lifetime, and counts them.
 * The number remembered is bounded; beyond that the warning about an address may be repeated sooner.
 */
public final class SharedAddresses {

    static final int MOST = 10_000;

    private static final Logger LOGGER = LoggerFactory.getLogger("org.popbeforesmtp");

    private final Supplier<PolicySettings> settings;
    private final Clock clock;

    /** When the warning about each was logged, the earliest first. */
    private final Map<ClientAddress, Instant> warned = new LinkedHashMap<>();

    public SharedAddresses(PolicySettings settings, Clock clock) {
        this(() -> settings, clock);
    }

    /** Under settings that may change. */
    public SharedAddresses(Supplier<PolicySettings> settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /** A client was refused because of these grants, all of one address. */
    public void met(List<Grant> grants) {
        if (grants.isEmpty() || !isNews(grants.get(0).address())) {
            return;
        }
        LOGGER.warn(
                "Address {} is shared: {} users logged in from there within {}, more than maxUsersPerAddress={}."
                        + " It grants nothing until enough of these grants have ended."
                        + " A load balancer without the PROXY protocol, or a NAT gateway?",
                grants.get(0).address(),
                grants.stream()
                        .flatMap(grant -> grant.user().stream())
                        .distinct()
                        .count(),
                settings.get().lifetime(),
                settings.get().maxUsersPerAddress());
    }

    /** How many there were within the last lifetime. */
    public synchronized int count() {
        forget();
        return warned.size();
    }

    /** At most so many of them, the most recent ones. */
    public synchronized List<ClientAddress> latest(int most) {
        forget();
        return warned.keySet().stream()
                .skip(Math.max(0, warned.size() - most))
                .collect(Collectors.toUnmodifiableList());
    }

    private synchronized boolean isNews(ClientAddress address) {
        forget();
        if (warned.containsKey(address)) {
            return false;
        }
        if (warned.size() == MOST) {
            warned.remove(warned.keySet().iterator().next());
        }
        warned.put(address, clock.instant());
        return true;
    }

    private void forget() {
        Instant now = clock.instant();
        Iterator<Instant> earliest = warned.values().iterator();
        while (earliest.hasNext() && !now.isBefore(settings.get().lifetime().endAfter(earliest.next()))) {
            earliest.remove();
        }
    }
}
