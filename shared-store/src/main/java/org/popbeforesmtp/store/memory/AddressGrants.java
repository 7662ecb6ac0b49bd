// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.store.Grant;

/** The grants of one address: at least one, and of each holder one at the most. Immutable. */
abstract class AddressGrants {

    abstract List<Grant> grants();

    /** How many there are. */
    abstract int size();

    /** When the first of them ends, in milliseconds since the epoch. */
    abstract long firstEnd();

    /** The grants of the user who has this one. */
    abstract @Nullable UserGrants ofSameUser(Grant grant);

    /**
     * With one more grant, in the place of the one of the same holder if there is one. If there are too many users then, the
     * ones whose grants end soonest make room.
     *
     * @param evicted is called with how many grants made room, if any did
     */
    abstract AddressGrants with(Grant grant, int usersAtMost, IntConsumer evicted);

    /** What is left without some; this object if that is all, null if it is nothing. */
    abstract @Nullable AddressGrants without(Predicate<Grant> leaves);

    final @Nullable Grant ofSameHolder(Grant grant) {
        UserGrants ofUser = ofSameUser(grant);
        return ofUser == null ? null : ofUser.get(grant.encrypted());
    }

    final Grant soonest() {
        return Collections.min(grants(), Comparator.comparing(Grant::expiresAtMillis));
    }

    final List<Grant> activeAt(long now) {
        return now < firstEnd()
                ? grants()
                : grants().stream()
                        .filter(grant -> now < grant.expiresAtMillis())
                        .collect(Collectors.toUnmodifiableList());
    }
}
