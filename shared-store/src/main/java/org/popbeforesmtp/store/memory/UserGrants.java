// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Login;

/**
 * The grants of one user at an address: from encrypted logins, from the others, or both.
 *
 * <p>Nearly every address has but one grant, so what the last one says is kept without an object for it: a third less memory.
 */
final class UserGrants extends AddressGrants {

    private final Login login;
    private final long grantedAt;
    private final long lastEnd;
    private final @Nullable Grant sooner;

    private UserGrants(Login login, Grant last, @Nullable Grant sooner) {
        this.login = login;
        this.grantedAt = last.grantedAtMillis();
        this.lastEnd = last.expiresAtMillis();
        this.sooner = sooner;
    }

    static UserGrants of(Grant grant) {
        return new UserGrants(grant.login(), grant, null);
    }

    private static UserGrants of(Grant one, @Nullable Grant other) {
        return other == null || other.expiresAtMillis() <= one.expiresAtMillis()
                ? new UserGrants(one.login(), one, other)
                : new UserGrants(other.login(), other, one);
    }

    private Grant last() {
        return Grant.ofEpochMillis(login, grantedAt, lastEnd);
    }

    /** When the last of them ends, in milliseconds since the epoch. */
    long lastEnd() {
        return lastEnd;
    }

    /**
     * Whether they are of a user.
     *
     * @param hash of the user, which tells most users apart without a look at their names
     */
    boolean isOf(Optional<String> user, int hash) {
        return login.user().hashCode() == hash && login.user().equals(user);
    }

    @Nullable
    Grant get(boolean encrypted) {
        return login.encrypted() == encrypted ? last() : sooner;
    }

    /** With one more grant of the same user, in the place of the one with the same encryption. */
    UserGrants with(Grant grant) {
        // The same login once more is common: the object from before is kept, the new one is not.
        return sooner == null && login.equals(grant.login())
                ? new UserGrants(login, grant, null)
                : of(grant, get(!grant.encrypted()));
    }

    @Override
    List<Grant> grants() {
        return sooner == null ? List.of(last()) : List.of(sooner, last());
    }

    @Override
    int size() {
        return sooner == null ? 1 : 2;
    }

    @Override
    long firstEnd() {
        return sooner == null ? lastEnd : sooner.expiresAtMillis();
    }

    @Override
    @Nullable
    UserGrants ofSameUser(Grant grant) {
        return login.user().equals(grant.user()) ? this : null;
    }

    @Override
    AddressGrants with(Grant grant, int usersAtMost, IntConsumer evicted) {
        return ofSameUser(grant) == null ? SeveralUsers.of(this).with(grant, usersAtMost, evicted) : with(grant);
    }

    @Override
    @Nullable
    UserGrants without(Predicate<Grant> leaves) {
        List<Grant> left = new ArrayList<>(grants());
        if (!left.removeIf(leaves)) {
            return this;
        }
        return left.isEmpty() ? null : of(left.get(0));
    }
}
