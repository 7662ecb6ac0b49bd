// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.policy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.address.ClientAddress;

/**
 * Asks the mail server for aliases on behalf of clients. An answer, positive or negative, is cached for a few seconds,
 * so that the mails and recipients that follow cost nothing. A client that keeps naming senders that belong to nobody
 * who logged in there has to wait between look-ups, and only that client: the threads that wait for the alias table are
 * James's own.
 */
final class AliasLookups {

    private static final Duration REMEMBERED = Duration.ofSeconds(5);

    /** How many unsuccessful look-ups an address may cause at once; after that, one in each pause. */
    private static final int UNSUCCESSFUL_AT_ONCE = 20;

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private static final int ANSWERS = 1_000;

    /** An answer with more users than this is not cached, so that the cache is bounded. */
    private static final int LONGEST_ANSWER = 100;

    private static final int CLIENTS = 10_000;

    private final Senders senders;
    private final Clock clock;
    private final Map<String, Answer> answers = new RecentlyUsed<>(ANSWERS);
    private final Map<ClientAddress, Allowance> allowances = new RecentlyUsed<>(CLIENTS);

    AliasLookups(Senders senders, Clock clock) {
        this.senders = senders;
        this.clock = clock;
    }

    /**
     * Those of the users whom an address is an alias of.
     *
     * @param client the address that its grants belong to: a household that shares grants waits as one client
     * @throws IllegalStateException if the client has to wait
     */
    Set<String> among(Set<String> users, ClientAddress client, String address) {
        String key = address.toLowerCase(Locale.ROOT);
        Instant now = clock.instant();
        Answer known = known(key);
        if (known != null && known.holdsAt(now)) {
            return common(users, known.users);
        }
        Allowance allowance = allowanceOf(client);
        if (!allowance.take(now)) {
            throw new IllegalStateException(client + " named too many sender addresses of nobody who logged in there");
        }
        Answer answer = new Answer(Set.copyOf(senders.usersByAlias(address)), now);
        remember(key, answer);
        Set<String> found = common(users, answer.users);
        if (!found.isEmpty()) {
            allowance.giveBack();
        }
        return found;
    }

    private synchronized @Nullable Answer known(String address) {
        return answers.get(address);
    }

    private synchronized void remember(String address, Answer answer) {
        if (answer.users.size() <= LONGEST_ANSWER) {
            answers.put(address, answer);
        }
    }

    private synchronized Allowance allowanceOf(ClientAddress client) {
        return allowances.computeIfAbsent(client, ignored -> new Allowance(clock.instant()));
    }

    private static Set<String> common(Set<String> users, Set<String> others) {
        Set<String> common = new LinkedHashSet<>(users);
        common.retainAll(others);
        return common;
    }

    private static final class Answer {
        private final Set<String> users;
        private final Instant since;

        private Answer(Set<String> users, Instant since) {
            this.users = users;
            this.since = since;
        }

        private boolean holdsAt(Instant now) {
            return now.isBefore(since.plus(REMEMBERED)) && !now.isBefore(since);
        }
    }

    /** How many look-ups a client may still cause; grows by one in each pause. */
    private static final class Allowance {
        private int left = UNSUCCESSFUL_AT_ONCE;
        private Instant since;

        private Allowance(Instant now) {
            this.since = now;
        }

        private synchronized boolean take(Instant now) {
            long pauses = Math.max(0, Duration.between(since, now).toMillis() / PAUSE.toMillis());
            if (pauses > 0) {
                left = (int) Math.min(UNSUCCESSFUL_AT_ONCE, left + pauses);
                since = since.plus(PAUSE.multipliedBy(pauses));
            }
            if (left == 0) {
                return false;
            }
            left--;
            return true;
        }

        private synchronized void giveBack() {
            left = Math.min(UNSUCCESSFUL_AT_ONCE, left + 1);
        }
    }
}
