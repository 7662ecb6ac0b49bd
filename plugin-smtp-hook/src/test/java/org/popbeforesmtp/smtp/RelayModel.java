// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.smtp;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.popbeforesmtp.policy.SenderRule;

/**
 * What the product promises, written down once more and as simply as possible: which logins there were, until when each
 * may count, and until when it must. Between the two lies the time by which a session need not have written its
 * activity yet. And whom was named on grants within an hour. Knows addresses and users as texts and time as milliseconds,
 * and nothing of the code under test.
 */
final class RelayModel {

    /**
     * What the operator has set.
     *
     * @param recipientsPerHour 0 for no limit
     */
    record Rules(
            long lifetime,
            long lifetimeMax,
            SenderRule sender,
            int maxUsers,
            boolean requireTls,
            Set<String> excludedClients,
            Set<String> excludedUsers,
            int recipientsPerHour,
            Map<String, String> ownerOfAlias) {}

    /** A login at the POP3 or IMAP server and the session that followed. */
    static final class Login {
        private final String client;
        private final String user;
        private final boolean encrypted;
        private final long at;
        private long lastActive;
        private long lastDoubt = -UNWRITTEN_FOR;
        private long mayCountUntil;
        private long mustCountUntil;
        private boolean over;

        /** Whether the store certainly kept it. */
        boolean wasKept() {
            return mustCountUntil > 0;
        }

        private Login(String client, String user, boolean encrypted, long at) {
            this.client = client;
            this.user = user;
            this.encrypted = encrypted;
            this.at = at;
        }
    }

    /** A recipient elsewhere that was accepted on a grant of one of these users. */
    private record Named(long at, Set<String> holders) {}

    private static final long MINUTE = 60_000;
    private static final long HOUR = 60 * MINUTE;
    /** Activity is written once in this time at least. */
    private static final long UNWRITTEN_FOR = MINUTE;

    private final Rules rules;
    private final List<Login> logins = new ArrayList<>();
    private final Set<String> users = new HashSet<>();
    private final List<Named> named = new ArrayList<>();
    private long now;
    private boolean storeUp = true;
    private boolean userBaseUp = true;
    private boolean canCount = true;
    private BooleanSupplier faultPending = () -> false;

    RelayModel(Rules rules) {
        this.rules = rules;
    }

    // ---- what happens

    void pass(long milliseconds) {
        now += milliseconds;
    }

    void storeUp(boolean up) {
        storeUp = up;
    }

    void userBaseUp(boolean up) {
        userBaseUp = up;
    }

    /** Whether the store can tell how many recipients a user has named. */
    void canCount(boolean can) {
        canCount = can;
    }

    void addUser(String user) {
        users.add(user);
    }

    void deleteUser(String user) {
        users.remove(user);
    }

    /**
     * A login that succeeded.
     *
     * @param certainly whether no call failed while it was recorded
     */
    Login login(String client, String user, boolean encrypted, boolean certainly) {
        Login login = new Login(client, user, encrypted, now);
        login.over = rules.excludedUsers.contains(user);
        login.lastActive = now;
        logins.add(login);
        write(login);
        must(login, certainly, now);
        return login;
    }

    /**
     * The client has given a command, or is seen to be there.
     *
     * @param certainly whether no call failed if that was written
     */
    void activity(Login login, boolean certainly) {
        login.lastActive = now;
        write(login);
        must(login, certainly, now - UNWRITTEN_FOR);
    }

    /** Whoever closed it: no more than one lifetime from the last activity, and no less if its grant has not ended. */
    void close(Login login, boolean certainly) {
        write(login);
        if (login.mustCountUntil > now) {
            must(login, certainly, login.lastActive);
        }
    }

    /** What waited for the store is written. */
    void writeAll() {
        logins.forEach(this::write);
    }

    private void write(Login login) {
        if (storeUp && !login.over) {
            login.mayCountUntil = Math.max(login.mayCountUntil, end(login, login.lastActive));
        }
    }

    private void must(Login login, boolean certainly, long activeAt) {
        if (!certainly) {
            login.lastDoubt = now;
        } else if (!login.over && now - login.lastDoubt >= UNWRITTEN_FOR) {
            login.mustCountUntil = Math.max(login.mustCountUntil, end(login, activeAt));
        }
    }

    private long end(Login login, long activeAt) {
        return Math.min(activeAt + rules.lifetime, login.at + rules.lifetimeMax);
    }

    /** Some call will fail that nobody can name, unless it says that it has happened. */
    void faultPending(BooleanSupplier pending) {
        faultPending = pending;
    }

    void revokeClient(String client) {
        logins.stream().filter(login -> login.client.equals(client)).forEach(login -> login.over |= storeUp);
    }

    void revokeUser(String user) {
        logins.stream().filter(login -> login.user.equals(user)).forEach(login -> login.over |= storeUp);
    }

    /** A recipient elsewhere was accepted on a grant of one of these users. */
    void named(Set<String> holders) {
        named.add(new Named(now, Set.copyOf(holders)));
    }

    // ---- what follows

    long now() {
        return now;
    }

    boolean everythingUp() {
        return storeUp && userBaseUp && !faultPending.getAsBoolean();
    }

    /** Whether a recipient who has to be counted can be. */
    boolean canCount() {
        return canCount || rules.recipientsPerHour == 0;
    }

    static boolean isLocal(String address) {
        return address.endsWith("@example.org");
    }

    /** Until when a decision that is made now may let a client relay; 0 if it must not. */
    long mayRelayUntil(String client, String sender) {
        return canDecide(client) && !isCrowded(client, login -> login.mustCountUntil)
                ? latest(client, sender, login -> login.mayCountUntil)
                : 0;
    }

    /** Until when a decision that is made now must let a client relay; 0 if it need not. */
    long mustRelayUntil(String client, String sender) {
        return canDecide(client) && !isCrowded(client, login -> login.mayCountUntil)
                ? latest(client, sender, login -> login.mustCountUntil)
                : 0;
    }

    /** Whether only the store could tell whether a client may relay now, and it is down. */
    boolean onlyTheStoreCouldTell(String client, String sender) {
        return !storeUp
                && userBaseUp
                && !rules.excludedClients.contains(client)
                && (rules.sender == SenderRule.ANY || isLocal(sender));
    }

    private boolean canDecide(String client) {
        return everythingUp() && !rules.excludedClients.contains(client);
    }

    private boolean isCrowded(String client, ToLongFunction<Login> end) {
        long count = logins.stream()
                .filter(login -> isActive(login, client, end))
                .map(login -> login.user)
                .distinct()
                .count();
        return rules.maxUsers > 0 && count > rules.maxUsers;
    }

    private long latest(String client, String sender, ToLongFunction<Login> end) {
        return usable(client, sender, end).mapToLong(end).max().orElse(0);
    }

    private Stream<Login> usable(String client, String sender, ToLongFunction<Login> end) {
        return logins.stream()
                .filter(login -> isActive(login, client, end))
                .filter(login -> login.encrypted || !rules.requireTls)
                .filter(login -> users.contains(login.user))
                .filter(login -> covers(login, sender));
    }

    /** Whose grant a decision that is made now may use. */
    Set<String> holders(String client, String sender) {
        return usable(client, sender, login -> login.mayCountUntil)
                .map(login -> login.user)
                .collect(Collectors.toSet());
    }

    /** Whether one user has certainly named more than they may within some hour that ends now. */
    boolean isBeyondTheLimit() {
        return rules.recipientsPerHour > 0
                && logins.stream()
                        .map(login -> login.user)
                        .distinct()
                        .anyMatch(user -> named.stream()
                                        .filter(recipient -> now - recipient.at <= HOUR)
                                        .filter(recipient -> recipient.holders.equals(Set.of(user)))
                                        .count()
                                > rules.recipientsPerHour);
    }

    /** Whether one of these users may have reached the limit; of the minute in which an hour begins everything counts. */
    boolean mayHaveReachedTheLimit(Set<String> holders) {
        return rules.recipientsPerHour > 0
                && holders.stream()
                        .anyMatch(user -> named.stream()
                                        .filter(recipient -> now - recipient.at < HOUR + MINUTE)
                                        .filter(recipient -> recipient.holders.contains(user))
                                        .count()
                                >= rules.recipientsPerHour);
    }

    private boolean isActive(Login login, String client, ToLongFunction<Login> end) {
        return login.client.equals(client) && !login.over && end.applyAsLong(login) > now;
    }

    private boolean covers(Login login, String sender) {
        return switch (rules.sender) {
            case ANY -> true;
            case LOCAL -> isLocal(sender);
            case LOGIN -> sender.equals(login.user) || login.user.equals(rules.ownerOfAlias.get(sender));
        };
    }
}
