// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.pop3;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.popbeforesmtp.policy.LoginRecorder;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;

/**
 * A login of one POP3 session and the grant it earned, kept alive while the session lives. Belongs to one session, whose
 * calls James makes one after the other.
 */
final class RecordedLogin {

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final LoginRecorder logins;
    private final Clock clock;
    private final Duration pause;
    private final Optional<Login> login;
    private final Instant loginAt;
    private Optional<Grant> grant;
    private boolean isOver;
    private Instant lastWritten;

    /** Records the login; one whose address is unknown earns nothing. */
    RecordedLogin(LoginRecorder logins, Clock clock, Lifetime lifetime, Optional<Login> login) {
        this.logins = logins;
        this.clock = clock;
        this.pause = min(LONGEST_PAUSE, lifetime.toDuration().dividedBy(4));
        this.login = login;
        this.loginAt = clock.instant();
        this.lastWritten = loginAt;
        this.grant = login.flatMap(logins::record);
    }

    /** The session is still there: prolongs the grant, at most once in a while but always at the end of the session. */
    void signOfLife(boolean atEnd) {
        Instant now = clock.instant();
        if (isOver || (!atEnd && now.isBefore(lastWritten.plus(pause)))) {
            return;
        }
        lastWritten = now;
        if (grant.isPresent()) {
            grant = logins.renew(grant.get());
            // Revoked: this session has had its right, only another login earns one again.
            isOver = grant.isEmpty();
        } else {
            grant = login.flatMap(unkept -> logins.recordLate(unkept, loginAt));
        }
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }
}
