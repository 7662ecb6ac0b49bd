// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.pop3;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.popbeforesmtp.policy.LoginRecorder;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Login;

/**
 * A login of one POP3 session and the grant it earned, prolonged by what the client does: each command counts, the end of
 * the connection does not, because nobody can tell whether the client closed it or the server. Belongs to one session,
 * whose calls James makes one after the other.
 */
final class RecordedLogin {

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final LoginRecorder logins;
    private final Clock clock;
    private final Optional<Login> login;
    private final Instant loginAt;
    private Optional<Grant> grant;
    private boolean isOver;

    /** The store could not keep what was to be written last. */
    private boolean isUnwritten;

    private Instant lastCommand;
    private Instant lastWritten;

    /** Records the login; one whose address is unknown earns nothing. */
    RecordedLogin(LoginRecorder logins, Clock clock, Optional<Login> login) {
        this.logins = logins;
        this.clock = clock;
        this.login = login;
        this.loginAt = clock.instant();
        this.lastCommand = loginAt;
        this.lastWritten = loginAt;
        this.grant = login.flatMap(logins::record);
    }

    /** The client has given a command. That is written at most once in a while. */
    void commandSeen() {
        lastCommand = clock.instant();
        if (!lastCommand.isBefore(lastWritten.plus(pause()))) {
            write();
        }
    }

    /** The connection is closed: writes the commands that were not written yet. A grant that has ended stays so. */
    void end() {
        boolean hasEnded =
                grant.filter(earned -> !earned.isActiveAt(clock.instant())).isPresent();
        if ((isUnwritten || lastCommand.isAfter(lastWritten)) && !hasEnded) {
            write();
        }
    }

    private void write() {
        if (isOver) {
            return;
        }
        lastWritten = lastCommand;
        Optional<Grant> before = grant;
        if (before.isPresent()) {
            grant = logins.renew(before.get(), lastCommand);
            // Revoked: this session has had its right, only another login earns one again.
            isOver = grant.isEmpty();
        } else {
            grant = login.flatMap(unkept -> logins.recordLate(unkept, loginAt, lastCommand));
        }
        isUnwritten = grant.equals(before);
    }

    private Duration pause() {
        Duration quarter = logins.lifetime().toDuration().dividedBy(4);
        return quarter.compareTo(LONGEST_PAUSE) < 0 ? quarter : LONGEST_PAUSE;
    }
}
