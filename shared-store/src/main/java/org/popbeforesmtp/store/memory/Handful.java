// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Login;

/**
 * The grants of one address: at least one, and of each holder one at the most. Immutable. Changing one costs about the same
 * for one user as for a hundred.
 */
abstract class Handful {

    static Handful of(Grant grant) {
        return new Single(grant.login(), grant);
    }

    abstract int size();

    abstract List<Grant> grants();

    abstract List<Grant> activeAt(long now);

    /** Any of them. */
    abstract Grant first();

    abstract @Nullable Grant ofSameHolder(Grant grant);

    /**
     * With one more grant, in the place of the one of the same holder if there is one. If there are too many users then, the
     * ones whose grants end soonest make room.
     */
    abstract Handful with(Grant grant, int usersAtMost);

    /** What is left without some; this one if that is all, null if it is nothing. */
    final @Nullable Handful without(Predicate<Grant> leaves) {
        List<Grant> all = grants();
        List<Grant> left = new ArrayList<>(all);
        left.removeIf(leaves);
        if (left.size() == all.size()) {
            return this;
        }
        return left.isEmpty() ? null : Several.inOrder(left);
    }

    /** The one that ends soonest. */
    final Grant soonest() {
        Grant soonest = first();
        for (Grant grant : grants()) {
            soonest = grant.expiresAtMillis() < soonest.expiresAtMillis() ? grant : soonest;
        }
        return soonest;
    }

    /** Most addresses have but one grant: what it says, without an object for it. */
    private static final class Single extends Handful {
        private final Login login;
        private final long grantedAt;
        private final long expiresAt;

        private Single(Login login, Grant grant) {
            this.login = login;
            this.grantedAt = grant.grantedAtMillis();
            this.expiresAt = grant.expiresAtMillis();
        }

        @Override
        int size() {
            return 1;
        }

        @Override
        Grant first() {
            return Grant.ofEpochMillis(login, grantedAt, expiresAt);
        }

        @Override
        List<Grant> grants() {
            return List.of(first());
        }

        @Override
        List<Grant> activeAt(long now) {
            return now < expiresAt ? grants() : List.of();
        }

        @Override
        @Nullable
        Grant ofSameHolder(Grant grant) {
            Grant only = first();
            return only.hasSameHolderAs(grant) ? only : null;
        }

        @Override
        Handful with(Grant grant, int usersAtMost) {
            // The same login once more is common: its old objects go on, and the new ones need not be kept.
            if (login.equals(grant.login())) {
                return new Single(login, grant);
            }
            Grant only = first();
            return only.hasSameHolderAs(grant)
                    ? of(grant)
                    : Several.holding(only).with(grant, usersAtMost);
        }
    }

    /**
     * Those of one user side by side, the one that ends later behind; the users in the order in which their last grants
     * end. The hashes of the users' names find a user without a look at all the others' grants.
     */
    private static final class Several extends Handful {
        private final Grant[] grants;
        private final int[] hashes;
        private final int users;

        private Several(Grant[] grants, int[] hashes, int users) {
            this.grants = grants;
            this.hashes = hashes;
            this.users = users;
        }

        static Several inOrder(List<Grant> grants) {
            Map<Optional<String>, List<Grant>> byUser = new LinkedHashMap<>();
            grants.sort(Comparator.comparingLong(Grant::expiresAtMillis).reversed());
            grants.forEach(grant -> byUser.computeIfAbsent(grant.user(), user -> new ArrayList<>(2))
                    .add(grant));
            List<Grant> ordered = new ArrayList<>(grants.size());
            byUser.values().forEach(ordered::addAll);
            Collections.reverse(ordered);
            return holding(ordered.toArray(new Grant[0]));
        }

        private static Several holding(Grant... grants) {
            int[] hashes = new int[grants.length];
            int users = 0;
            for (int i = 0; i < grants.length; i++) {
                hashes[i] = hashOf(grants[i]);
                users += i > 0 && grants[i].hasSameUserAs(grants[i - 1]) ? 0 : 1;
            }
            return new Several(grants, hashes, users);
        }

        private static int hashOf(Grant grant) {
            return grant.user().hashCode();
        }

        @Override
        int size() {
            return grants.length;
        }

        @Override
        Grant first() {
            return grants[0];
        }

        @Override
        List<Grant> grants() {
            return Arrays.asList(grants);
        }

        @Override
        List<Grant> activeAt(long now) {
            List<Grant> active = new ArrayList<>(grants.length);
            for (Grant grant : grants) {
                if (now < grant.expiresAtMillis()) {
                    active.add(grant);
                }
            }
            return active;
        }

        @Override
        @Nullable
        Grant ofSameHolder(Grant grant) {
            int own = indexOfUser(grant);
            for (int i = own; i < own + usersGrants(own); i++) {
                if (grants[i].hasSameHolderAs(grant)) {
                    return grants[i];
                }
            }
            return null;
        }

        /** Where the grants of a user begin; the end if there are none. */
        private int indexOfUser(Grant grant) {
            int hash = hashOf(grant);
            for (int i = 0; i < hashes.length; i++) {
                if (hashes[i] == hash && grants[i].hasSameUserAs(grant)) {
                    return i;
                }
            }
            return hashes.length;
        }

        /** How many grants the user has whose grants begin at an index. */
        private int usersGrants(int index) {
            if (index >= grants.length - 1) {
                return grants.length - index;
            }
            return isOneUser(grants, hashes, index) ? 2 : 1;
        }

        private static boolean isOneUser(Grant[] grants, int[] hashes, int index) {
            return hashes[index] == hashes[index + 1] && grants[index].hasSameUserAs(grants[index + 1]);
        }

        @Override
        Handful with(Grant grant, int usersAtMost) {
            int own = indexOfUser(grant);
            int ownCount = usersGrants(own);
            int others = users - (ownCount > 0 ? 1 : 0);
            int start = 0;
            while (others > 0 && others >= usersAtMost) {
                others -= start == own ? 0 : 1;
                start += usersGrants(start);
            }
            Grant[] of = new Grant[grants.length - start + 2];
            int[] with = new int[of.length];
            int kept = copy(start, own, of, with, 0);
            kept = copy(Math.max(start, own + ownCount), grants.length, of, with, kept);
            Grant[] usersOwn = usersOwn(own, ownCount, grant);
            int place = placeOf(usersOwn[usersOwn.length - 1], of, with, kept);
            insert(usersOwn, hashOf(grant), of, with, place, kept);
            int size = kept + usersOwn.length;
            return new Several(Arrays.copyOf(of, size), Arrays.copyOf(with, size), others + 1);
        }

        private int copy(int from, int to, Grant[] toGrants, int[] toHashes, int at) {
            int count = Math.max(0, to - from);
            System.arraycopy(grants, from, toGrants, at, count);
            System.arraycopy(hashes, from, toHashes, at, count);
            return at + count;
        }

        /** The grants of the user of a grant, with this one among them, the one that ends later behind. */
        private Grant[] usersOwn(int own, int ownCount, Grant grant) {
            for (int i = own; i < own + ownCount; i++) {
                if (!grants[i].hasSameHolderAs(grant)) {
                    return grant.expiresAtMillis() < grants[i].expiresAtMillis()
                            ? new Grant[] {grant, grants[i]}
                            : new Grant[] {grants[i], grant};
                }
            }
            return new Grant[] {grant};
        }

        /** Before all users whose last grant ends later. */
        private static int placeOf(Grant last, Grant[] grants, int[] hashes, int count) {
            int place = count;
            while (place > 0
                    && (grants[place - 1].expiresAtMillis() > last.expiresAtMillis()
                            || (place < count && isOneUser(grants, hashes, place - 1)))) {
                place--;
            }
            return place;
        }

        private static void insert(Grant[] own, int hash, Grant[] grants, int[] hashes, int place, int count) {
            System.arraycopy(grants, place, grants, place + own.length, count - place);
            System.arraycopy(hashes, place, hashes, place + own.length, count - place);
            System.arraycopy(own, 0, grants, place, own.length);
            Arrays.fill(hashes, place, place + own.length, hash);
        }
    }
}
