// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store;

import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.popbeforesmtp.address.Network;

/** Which active grants to list, and which page of them, in {@link Grant#ORDER}. */
public final class GrantQuery {

    private final Predicate<Grant> wanted;
    private final int offset;
    private final int limit;

    private GrantQuery(Predicate<Grant> wanted, int offset, int limit) {
        this.wanted = wanted;
        this.offset = offset;
        this.limit = limit;
    }

    /** All active grants, on one page. */
    public static GrantQuery all() {
        return new GrantQuery(grant -> true, 0, Integer.MAX_VALUE);
    }

    public GrantQuery ofUser(String user) {
        return where(grant -> grant.user().filter(user::equals).isPresent());
    }

    public GrantQuery within(Network network) {
        return where(grant -> network.contains(grant.address()));
    }

    public GrantQuery where(Predicate<Grant> condition) {
        return new GrantQuery(wanted.and(condition), offset, limit);
    }

    /**
     * One page of the result.
     *
     * @throws IllegalArgumentException if a number is negative
     */
    public GrantQuery page(int newOffset, int newLimit) {
        if (newOffset < 0 || newLimit < 0) {
            throw new IllegalArgumentException("an offset and a limit must not be negative");
        }
        return new GrantQuery(wanted, newOffset, newLimit);
    }

    /** Answers the query from all active grants, holding no more of them at a time than the page and what precedes it. */
    public List<Grant> answerFrom(Stream<Grant> active) {
        long last = (long) offset + limit;
        PriorityQueue<Grant> firsts = new PriorityQueue<>(Grant.ORDER.reversed());
        active.filter(wanted).forEach(grant -> {
            firsts.add(grant);
            if (firsts.size() > last) {
                firsts.remove();
            }
        });
        return firsts.stream().sorted(Grant.ORDER).skip(offset).collect(Collectors.toUnmodifiableList());
    }
}
