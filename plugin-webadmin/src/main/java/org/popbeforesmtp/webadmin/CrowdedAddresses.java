// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.policy.Decision;
import org.popbeforesmtp.policy.PolicySettings;
import org.popbeforesmtp.policy.Reason;
import org.popbeforesmtp.policy.RelayPolicy;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.GrantQuery;
import org.popbeforesmtp.store.GrantStore;

/**
 * Finds the addresses that count as shared now, whichever node saw their users. It goes through all grants twice: first it
 * counts them, in a table of fixed size in which addresses may meet, then it looks at the addresses that may have too many.
 * So a listing costs little memory however many grants there are.
 */
final class CrowdedAddresses {

    private static final int BUCKETS = 1 << 18;
    private static final int PAGE = 10_000;

    private final PolicySettings settings;
    private final RelayPolicy policy;
    private final GrantStore store;

    CrowdedAddresses(PolicySettings settings, RelayPolicy policy, GrantStore store) {
        this.settings = settings;
        this.policy = policy;
        this.store = store;
    }

    List<SharedAddress> find() {
        int[] grants = new int[BUCKETS];
        store.list(GrantQuery.all().first(0).where(grant -> grants[bucket(grant)]++ < 0));
        List<SharedAddress> shared = new ArrayList<>();
        GrantQuery candidates = GrantQuery.all()
                .where(grant -> settings.isShared(grants[bucket(grant)]))
                .first(PAGE);
        List<Grant> page = store.list(candidates);
        while (!page.isEmpty()) {
            page.stream()
                    .map(Grant::address)
                    .distinct()
                    .forEach(address -> ifShared(address).ifPresent(shared::add));
            ClientAddress last = page.get(page.size() - 1).address();
            page = page.size() < PAGE ? List.of() : store.list(candidates.after(last));
        }
        return shared;
    }

    private static int bucket(Grant grant) {
        return grant.address().hashCode() & (BUCKETS - 1);
    }

    private Optional<SharedAddress> ifShared(ClientAddress address) {
        Decision decision = policy.decideForAnybody(address);
        return decision.reason()
                .filter(Reason.SHARED::equals)
                .map(reason -> new SharedAddress(
                        address,
                        decision.seen().stream()
                                .flatMap(grant -> grant.user().stream())
                                .distinct()
                                .count()));
    }
}
