// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.policy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Supplier;
import org.popbeforesmtp.address.ClientAddress;

/**
 * The POP3 sessions of this process that are open but have not logged in yet, by client address. Mail programs that
 * check and send at once are refused while their own login is under way; the refusal says so instead of asking them to
 * check their mail. This affects only the text: nobody relays because of it.
 *
 * <p>Bounded, and a session that is silent for a while no longer counts, so a session whose end was not reported leaves
 * nothing behind.
 */
public final class LoginsUnderWay {

    static final Duration LONGEST_SILENCE = Duration.ofMinutes(1);
    private static final int ADDRESSES = 10_000;

    private final Supplier<PolicySettings> settings;
    private final Clock clock;
    private final Map<ClientAddress, Sessions> addresses = new RecentlyUsed<>(ADDRESSES);

    public LoginsUnderWay(PolicySettings settings, Clock clock) {
        this(() -> settings, clock);
    }

    /** Under settings that may change. */
    public LoginsUnderWay(Supplier<PolicySettings> settings, Clock clock) {
        this.settings = settings;
        this.clock = clock;
    }

    /** A session of that client is open and has not logged in. */
    public synchronized Attempt begin(ClientAddress client) {
        Sessions sessions = addresses.computeIfAbsent(
                settings.get().grantAddress(client), address -> new Sessions(address, clock.instant()));
        sessions.open++;
        Attempt attempt = new Attempt(sessions);
        attempt.commandSeen();
        return attempt;
    }

    synchronized boolean isAnyAt(ClientAddress client) {
        Sessions sessions = addresses.get(settings.get().grantAddress(client));
        return sessions != null && clock.instant().isBefore(sessions.lastCommand.plus(LONGEST_SILENCE));
    }

    private synchronized void end(Sessions sessions) {
        sessions.open--;
        if (sessions.open == 0) {
            addresses.remove(sessions.address, sessions);
        }
    }

    private synchronized void commandSeen(Sessions sessions) {
        sessions.lastCommand = clock.instant();
    }

    /** One such session. */
    public final class Attempt {
        private final Sessions sessions;
        private Instant lastCommandAt = clock.instant();
        private boolean isOver;

        private Attempt(Sessions sessions) {
            this.sessions = sessions;
        }

        /** The client has sent a command, and is not logged in. */
        public void commandSeen() {
            lastCommandAt = clock.instant();
            LoginsUnderWay.this.commandSeen(sessions);
        }

        /** When the client last sent a command while it was not logged in. */
        public Instant lastCommandAt() {
            return lastCommandAt;
        }

        /** The session has logged in, or is closed. Ending twice does no harm. */
        public void end() {
            if (!isOver) {
                isOver = true;
                LoginsUnderWay.this.end(sessions);
            }
        }
    }

    private static final class Sessions {
        private final ClientAddress address;
        private int open;
        private Instant lastCommand;

        private Sessions(ClientAddress address, Instant now) {
            this.address = address;
            this.lastCommand = now;
        }
    }
}
