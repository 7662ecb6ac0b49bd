// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.policy;

import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;

/** Finds the grant that covers a sender, among those of an address that count. Its user must still exist. */
final class Coverage {

    /**
     * At most so many of the users who could send are looked up in the user repository. Usually the first of them still
     * exists; so a decision costs the mail server the same however many grants an address has.
     */
    private static final int USERS_LOOKED_UP = 5;

    private static final Comparator<Grant> LATEST_FIRST =
            Comparator.comparingLong(Grant::expiresAtMillis).reversed();

    private final Senders senders;
    private final AliasLookups aliases;

    Coverage(Senders senders, Clock clock) {
        this.senders = senders;
        this.aliases = new AliasLookups(senders, clock);
    }

    /**
     * The grant of a user who may send from that address.
     *
     * @param client the address that the grants belong to
     */
    Optional<Grant> ofUserWith(Sender sender, List<Grant> grants, ClientAddress client) {
        Optional<Grant> own = ofOneOf(sender.user().map(Set::of).orElse(Set.of()), grants);
        return own.isPresent() ? own : ofUserWithAlias(sender, grants, client);
    }

    private Optional<Grant> ofUserWithAlias(Sender sender, List<Grant> grants, ClientAddress client) {
        Set<String> holders = usersOf(grants);
        return holders.isEmpty()
                ? Optional.empty()
                : ofOneOf(aliases.among(holders, client, sender.address().orElseThrow()), grants);
    }

    private Optional<Grant> ofOneOf(Set<String> users, List<Grant> grants) {
        return firstOfSomebody(
                only(grants, grant -> grant.user().filter(users::contains).isPresent()), LATEST_FIRST);
    }

    /** The grant of anybody. If the user has one whose name the sender is, the mail should carry that one. */
    Optional<Grant> ofAnybody(Sender sender, List<Grant> grants) {
        Comparator<Grant> ownFirst = Comparator.comparing(grant -> !grant.user().equals(sender.address()));
        return firstOfSomebody(grants, ownFirst.thenComparing(LATEST_FIRST));
    }

    boolean isAnyOfSomebody(List<Grant> grants) {
        return firstOfSomebody(grants, LATEST_FIRST).isPresent();
    }

    private Optional<Grant> firstOfSomebody(List<Grant> grants, Comparator<Grant> order) {
        List<Grant> inOrder = new ArrayList<>(grants);
        inOrder.sort(order);
        List<Optional<String>> lookedUp = new ArrayList<>(USERS_LOOKED_UP);
        for (Grant grant : inOrder) {
            if (lookedUp.size() < USERS_LOOKED_UP && !lookedUp.contains(grant.user())) {
                if (belongsToSomebody(grant)) {
                    return Optional.of(grant);
                }
                lookedUp.add(grant.user());
            }
        }
        return Optional.empty();
    }

    /** A grant that names no user has no account that could have been closed. */
    private boolean belongsToSomebody(Grant grant) {
        return grant.user().map(senders::exists).orElse(true);
    }

    /** The grants that meet a condition: mostly all of them, which takes no new list. */
    static List<Grant> only(List<Grant> grants, Predicate<Grant> condition) {
        for (Grant grant : grants) {
            if (!condition.test(grant)) {
                return grants.stream().filter(condition).collect(Collectors.toList());
            }
        }
        return grants;
    }

    static Set<String> usersOf(List<Grant> grants) {
        Set<String> users = new HashSet<>();
        grants.forEach(grant -> grant.user().ifPresent(users::add));
        return users;
    }
}
