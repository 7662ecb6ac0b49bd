// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Login;

/**
 * The grants of one address: at least one, and of each holder one at the most. Immutable.
 *
 * <p>The users are in the order in which their last grants end, so the one who makes room for another is the first. The
 * grants of one user, two at the most, are adjacent, the one that ends sooner first.
 */
abstract class AddressGrants {

    private static final Comparator<Grant> BY_END = Comparator.comparingLong(Grant::expiresAtMillis);

    static AddressGrants of(Grant grant) {
        return new Single(grant.login(), grant);
    }

    private static AddressGrants of(List<Grant> grants, int users) {
        return grants.size() == 1 ? of(grants.get(0)) : new Several(List.copyOf(grants), users);
    }

    abstract List<Grant> grants();

    abstract int size();

    abstract int users();

    /** When the first of them ends, in milliseconds since the epoch. */
    abstract long firstEnd();

    final Grant soonest() {
        return Collections.min(grants(), BY_END);
    }

    final List<Grant> activeAt(long now) {
        if (now < firstEnd()) {
            return grants();
        }
        List<Grant> active = new ArrayList<>(grants());
        active.removeIf(grant -> grant.expiresAtMillis() <= now);
        return active;
    }

    final @Nullable Grant ofSameHolder(Grant grant) {
        for (Grant held : grants()) {
            if (held.hasSameHolderAs(grant)) {
                return held;
            }
        }
        return null;
    }

    /**
     * With one more grant, in the place of the one of the same holder if there is one. If there are too many users then, the
     * ones whose grants end soonest make room.
     *
     * @param evicted is called with how many grants made room, if any did
     */
    AddressGrants with(Grant grant, int usersAtMost, IntConsumer evicted) {
        List<Grant> own = new ArrayList<>(2);
        List<Grant> others = new ArrayList<>(size() + 1);
        for (Grant held : grants()) {
            if (!held.hasSameUserAs(grant)) {
                others.add(held);
            } else if (held.encrypted() != grant.encrypted()) {
                own.add(held);
            }
        }
        int otherUsers = others.size() < size() ? users() - 1 : users();
        own.add(grant);
        own.sort(BY_END);

        int leaving = 0;
        while (otherUsers > 0 && otherUsers >= usersAtMost) {
            leaving = endOfUser(others, leaving);
            otherUsers--;
        }
        if (leaving > 0) {
            evicted.accept(leaving);
            others.subList(0, leaving).clear();
        }

        long end = own.get(own.size() - 1).expiresAtMillis();
        int place = others.size();
        while (place > 0 && others.get(place - 1).expiresAtMillis() > end) {
            place = beginOfUser(others, place - 1);
        }
        others.addAll(place, own);
        return of(others, otherUsers + 1);
    }

    /** Where the grants of the user end whose first grant has this index. */
    private static int endOfUser(List<Grant> grants, int first) {
        int next = first + 1;
        return next < grants.size() && grants.get(next).hasSameUserAs(grants.get(first)) ? next + 1 : next;
    }

    /** Where the grants of the user begin whose last grant has this index. */
    private static int beginOfUser(List<Grant> grants, int last) {
        return last > 0 && grants.get(last - 1).hasSameUserAs(grants.get(last)) ? last - 1 : last;
    }

    /** What is left without some; this one if that is all, null if it is nothing. */
    final @Nullable AddressGrants without(Predicate<Grant> leaves) {
        List<Grant> left = new ArrayList<>(grants());
        if (!left.removeIf(leaves)) {
            return this;
        }
        if (left.isEmpty()) {
            return null;
        }
        // A user whose later grant left moves forward.
        Map<Optional<String>, Long> lastEnds = new HashMap<>();
        left.forEach(grant -> lastEnds.merge(grant.user(), grant.expiresAtMillis(), Math::max));
        left.sort(Comparator.comparingLong(grant -> lastEnds.get(grant.user())));
        return of(left, lastEnds.size());
    }

    /** Most addresses have but one grant: what it says, without an object and a list for it, a third less of memory. */
    private static final class Single extends AddressGrants {
        private final Login login;
        private final long grantedAt;
        private final long expiresAt;

        private Single(Login login, Grant grant) {
            this.login = login;
            this.grantedAt = grant.grantedAtMillis();
            this.expiresAt = grant.expiresAtMillis();
        }

        @Override
        List<Grant> grants() {
            return List.of(Grant.ofEpochMillis(login, grantedAt, expiresAt));
        }

        @Override
        int size() {
            return 1;
        }

        @Override
        int users() {
            return 1;
        }

        @Override
        long firstEnd() {
            return expiresAt;
        }

        @Override
        AddressGrants with(Grant grant, int usersAtMost, IntConsumer evicted) {
            // The same login once more is common: the objects from before are kept, the new ones are not.
            return login.equals(grant.login()) ? new Single(login, grant) : super.with(grant, usersAtMost, evicted);
        }
    }

    private static final class Several extends AddressGrants {
        private final List<Grant> grants;
        private final int users;
        private final long firstEnd;

        private Several(List<Grant> grants, int users) {
            this.grants = grants;
            this.users = users;
            this.firstEnd = Collections.min(grants, BY_END).expiresAtMillis();
        }

        @Override
        List<Grant> grants() {
            return grants;
        }

        @Override
        int size() {
            return grants.size();
        }

        @Override
        int users() {
            return users;
        }

        @Override
        long firstEnd() {
            return firstEnd;
        }
    }
}
