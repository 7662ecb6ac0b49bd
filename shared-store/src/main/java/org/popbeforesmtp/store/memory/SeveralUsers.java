// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.IntConsumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.store.Grant;

/** The grants of an address with several users, in the order in which their last grants end: the first makes room for another. */
final class SeveralUsers extends AddressGrants {

    private final List<UserGrants> users;
    private final int size;
    private final long firstEnd;

    /** Takes the list as it is. */
    private SeveralUsers(List<UserGrants> users, int size) {
        this.users = users;
        this.size = size;
        // Nearly always each user has one grant; then the first user's is the first to end.
        this.firstEnd = size == users.size()
                ? users.get(0).lastEnd()
                : users.stream().mapToLong(UserGrants::firstEnd).min().getAsLong();
    }

    static SeveralUsers of(UserGrants user) {
        return new SeveralUsers(List.of(user), user.size());
    }

    private static AddressGrants of(List<UserGrants> users, int size) {
        return users.size() == 1 ? users.get(0) : new SeveralUsers(users, size);
    }

    private static int sizeOf(List<UserGrants> users) {
        int size = 0;
        for (UserGrants user : users) {
            size += user.size();
        }
        return size;
    }

    @Override
    List<Grant> grants() {
        List<Grant> grants = new ArrayList<>(size);
        users.forEach(user -> grants.addAll(user.grants()));
        return Collections.unmodifiableList(grants);
    }

    @Override
    int size() {
        return size;
    }

    @Override
    long firstEnd() {
        return firstEnd;
    }

    @Override
    @Nullable
    UserGrants ofSameUser(Grant grant) {
        int index = indexOfUser(grant);
        return index < 0 ? null : users.get(index);
    }

    private int indexOfUser(Grant grant) {
        Optional<String> user = grant.user();
        int hash = user.hashCode();
        for (int i = 0; i < users.size(); i++) {
            if (users.get(i).isOf(user, hash)) {
                return i;
            }
        }
        return -1;
    }

    @Override
    AddressGrants with(Grant grant, int usersAtMost, IntConsumer evicted) {
        List<UserGrants> changed = new ArrayList<>(users.size() + 1);
        changed.addAll(users);
        int left = size;
        int index = indexOfUser(grant);
        UserGrants user = UserGrants.of(grant);
        if (index >= 0) {
            UserGrants before = changed.remove(index);
            left -= before.size();
            user = before.with(grant);
        }

        int tooMany = changed.size() + 1 - Math.max(1, usersAtMost);
        if (tooMany > 0) {
            List<UserGrants> leaving = changed.subList(0, tooMany);
            int sizeOfLeaving = sizeOf(leaving);
            left -= sizeOfLeaving;
            evicted.accept(sizeOfLeaving);
            leaving.clear();
        }

        int place = changed.size();
        while (place > 0 && changed.get(place - 1).lastEnd() > user.lastEnd()) {
            place--;
        }
        changed.add(place, user);
        return of(changed, left + user.size());
    }

    @Override
    @Nullable
    AddressGrants without(Predicate<Grant> leaves) {
        List<UserGrants> left = users.stream()
                .map(user -> user.without(leaves))
                .filter(Objects::nonNull)
                .collect(Collectors.toCollection(ArrayList::new));
        if (left.equals(users)) {
            return this;
        }
        left.sort(Comparator.comparingLong(UserGrants::lastEnd));
        return left.isEmpty() ? null : of(left, sizeOf(left));
    }
}
