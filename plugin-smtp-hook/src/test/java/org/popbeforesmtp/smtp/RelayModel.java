// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.smtp;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.ToLongFunction;
import org.popbeforesmtp.policy.SenderRule;

/**
 * What the product promises, written down once more and as simply as possible: which logins there were, until when each
 * may count, and until when it must. Between the two lies the time by which a session need not have written its
 * activity yet. Knows addresses and users as texts and time as milliseconds, and nothing of the code under test.
 */
final class RelayModel {

    /** A login at the POP3 server and the session that followed. */
    static final class Login {
        private final String client;
        private final String user;
        private final boolean encrypted;
        private long lastCommand;
        private long mayCountUntil;
        private long mustCountUntil;
        private boolean revoked;

        /** Whether the store kept it when it happened. */
        boolean wasKept() {
            return mustCountUntil > 0;
        }

        private Login(String client, String user, boolean encrypted) {
            this.client = client;
            this.user = user;
            this.encrypted = encrypted;
        }
    }

    private final long lifetime;
    private final SenderRule rule;
    private final int maxUsers;
    private final boolean requireTls;
    private final Set<String> excludedClients;
    private final Map<String, String> ownerOfAlias;
    private final List<Login> logins = new ArrayList<>();
    private final Set<String> users = new HashSet<>();
    private long now;
    private boolean storeUp = true;
    private boolean userBaseUp = true;
    private BooleanSupplier faultPending = () -> false;

    RelayModel(
            long lifetime,
            SenderRule rule,
            int maxUsers,
            boolean requireTls,
            Set<String> excludedClients,
            Map<String, String> ownerOfAlias) {
        this.lifetime = lifetime;
        this.rule = rule;
        this.maxUsers = maxUsers;
        this.requireTls = requireTls;
        this.excludedClients = excludedClients;
        this.ownerOfAlias = ownerOfAlias;
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
        Login login = new Login(client, user, encrypted);
        login.lastCommand = now;
        if (storeUp) {
            login.mayCountUntil = now + lifetime;
            login.mustCountUntil = certainly ? now + lifetime : 0;
        }
        logins.add(login);
        return login;
    }

    void command(Login login) {
        login.lastCommand = now;
        write(login);
    }

    /** Whoever closed it: no more than one lifetime from the last command. */
    void close(Login login) {
        write(login);
    }

    private void write(Login login) {
        if (storeUp && !login.revoked) {
            login.mayCountUntil = Math.max(login.mayCountUntil, login.lastCommand + lifetime);
        }
    }

    /** Some call will fail that nobody can name, unless it says that it has happened. */
    void faultPending(BooleanSupplier pending) {
        faultPending = pending;
    }

    void revokeClient(String client) {
        logins.stream().filter(login -> login.client.equals(client)).forEach(login -> login.revoked |= storeUp);
    }

    void revokeUser(String user) {
        logins.stream().filter(login -> login.user.equals(user)).forEach(login -> login.revoked |= storeUp);
    }

    // ---- what follows

    long now() {
        return now;
    }

    boolean everythingUp() {
        return storeUp && userBaseUp && !faultPending.getAsBoolean();
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
                && !excludedClients.contains(client)
                && (rule == SenderRule.ANY || isLocal(sender));
    }

    private boolean canDecide(String client) {
        return everythingUp() && !excludedClients.contains(client);
    }

    private boolean isCrowded(String client, ToLongFunction<Login> end) {
        long count = logins.stream()
                .filter(login -> isActive(login, client, end))
                .map(login -> login.user)
                .distinct()
                .count();
        return maxUsers > 0 && count > maxUsers;
    }

    private long latest(String client, String sender, ToLongFunction<Login> end) {
        return logins.stream()
                .filter(login -> isActive(login, client, end))
                .filter(login -> login.encrypted || !requireTls)
                .filter(login -> users.contains(login.user))
                .filter(login -> covers(login, sender))
                .mapToLong(end)
                .max()
                .orElse(0);
    }

    private boolean isActive(Login login, String client, ToLongFunction<Login> end) {
        return login.client.equals(client) && !login.revoked && end.applyAsLong(login) > now;
    }

    private boolean covers(Login login, String sender) {
        return switch (rule) {
            case ANY -> true;
            case LOCAL -> isLocal(sender);
            case LOGIN -> sender.equals(login.user) || login.user.equals(ownerOfAlias.get(sender));
        };
    }
}
