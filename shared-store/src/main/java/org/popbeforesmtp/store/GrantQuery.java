// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.address.Network;

/** Which active grants to list, and how many of them behind which place, in {@link Grant#ORDER}. */
public final class GrantQuery {

    private final Predicate<Grant> wanted;
    private final int limit;

    private GrantQuery(Predicate<Grant> wanted, int limit) {
        this.wanted = wanted;
        this.limit = limit;
    }

    /** All active grants, however many. */
    public static GrantQuery all() {
        return new GrantQuery(grant -> true, Integer.MAX_VALUE);
    }

    public GrantQuery ofUser(String user) {
        return where(grant -> grant.user().filter(user::equals).isPresent());
    }

    public GrantQuery within(Network network) {
        return where(grant -> network.contains(grant.address()));
    }

    public GrantQuery where(Predicate<Grant> condition) {
        return new GrantQuery(wanted.and(condition), limit);
    }

    /** Only those of the addresses that follow an address. */
    public GrantQuery after(ClientAddress address) {
        return where(grant -> address.compareTo(grant.address()) < 0);
    }

    /** Only what follows the grants of a holder: of the same address, or of one that follows. */
    public GrantQuery after(Login holder) {
        return where(grant -> Login.BY_HOLDER.compare(holder, grant.login()) < 0);
    }

    /**
     * Only the first so many.
     *
     * @throws IllegalArgumentException if the number is negative
     */
    public GrantQuery first(int newLimit) {
        if (newLimit < 0) {
            throw new IllegalArgumentException("a limit must not be negative");
        }
        return new GrantQuery(wanted, newLimit);
    }

    /** Answers the query from all active grants, in any order, and never holds more of them than the answer has. */
    public List<Grant> answerFrom(Stream<Grant> active) {
        PriorityQueue<Grant> firsts = new PriorityQueue<>(Grant.ORDER.reversed());
        active.filter(wanted).forEach(grant -> {
            if (firsts.size() < limit) {
                firsts.add(grant);
            } else if (limit > 0 && Grant.ORDER.compare(grant, firsts.element()) < 0) {
                firsts.remove();
                firsts.add(grant);
            }
        });
        List<Grant> answer = new ArrayList<>(firsts);
        answer.sort(Grant.ORDER);
        return Collections.unmodifiableList(answer);
    }
}
