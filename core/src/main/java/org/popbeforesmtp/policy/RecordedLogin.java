// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.policy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Login;

/**
 * A login of one mail session and the grant it earned, renewed by what the client does: its activity counts, the end of
 * the connection does not, because James does not say whether the client or the server closed it. Belongs to one
 * session, whose calls come one after the other. Writing is left to an executor, on any thread.
 */
public final class RecordedLogin {

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final LoginRecorder logins;
    private final Clock clock;
    private final Executor writer;
    private final Optional<Login> login;
    private final Instant loginAt;

    private volatile Instant lastActive;
    private volatile Instant lastWritten;

    /** The store could not keep what was to be written last, or has not been asked yet. */
    private volatile boolean isUnwritten;

    private Optional<Grant> grant = Optional.empty();
    private boolean isOver;

    private RecordedLogin(LoginRecorder logins, Clock clock, Executor writer, Optional<Login> login) {
        this.logins = logins;
        this.clock = clock;
        this.writer = writer;
        this.login = login;
        this.loginAt = clock.instant();
        this.lastActive = loginAt;
        this.lastWritten = loginAt;
    }

    /** Records a login before this returns; one whose address is unknown earns nothing. */
    public static RecordedLogin atOnce(LoginRecorder logins, Clock clock, Optional<Login> login) {
        RecordedLogin recorded = new RecordedLogin(logins, clock, Runnable::run, login);
        recorded.record(login.flatMap(logins::record));
        return recorded;
    }

    /**
     * Records a login through an executor, which also writes the renewals. If it drops one, the next activity is
     * written instead.
     *
     * @param writer never waits and never throws
     */
    public static RecordedLogin by(Executor writer, LoginRecorder logins, Clock clock, Login login) {
        RecordedLogin recorded = new RecordedLogin(logins, clock, writer, Optional.of(login));
        recorded.isUnwritten = true;
        writer.execute(recorded::recordSoon);
        return recorded;
    }

    private synchronized void recordSoon() {
        if (grant.isEmpty()) {
            record(login.flatMap(recent -> logins.record(recent, loginAt)));
        }
    }

    private synchronized void record(Optional<Grant> earned) {
        grant = earned;
        isOver = isBlocked();
        isUnwritten = false;
    }

    /** The client has sent a command, or is known to be there. Not every activity is written. */
    public void clientIsActive() {
        lastActive = clock.instant();
        if (!lastActive.isBefore(lastWritten.plus(pause()))) {
            lastWritten = lastActive;
            writer.execute(this::write);
        }
    }

    /** The connection is closed: writes the activity that was not written yet. A grant that has ended stays so. */
    public void end() {
        if (isUnwritten || lastActive.isAfter(lastWritten)) {
            writer.execute(this::writeTheLast);
        }
    }

    private synchronized void writeTheLast() {
        boolean hasEnded =
                grant.filter(earned -> !earned.isActiveAt(clock.instant())).isPresent();
        if (!hasEnded) {
            lastWritten = lastActive;
            write();
        }
    }

    private synchronized void write() {
        if (isOver) {
            return;
        }
        Instant activeAt = lastWritten;
        Optional<Grant> before = grant;
        if (before.isPresent()) {
            grant = logins.renew(before.get(), activeAt);
            // Revoked: this session cannot renew any more, only a new login earns a grant.
            isOver = grant.isEmpty();
        } else {
            grant = login.flatMap(unkept -> logins.recordLate(unkept, loginAt, activeAt));
            isOver = isBlocked();
        }
        isUnwritten = grant.equals(before);
    }

    /** A session whose login was blocked is over too: it earns nothing when the block ends. */
    private boolean isBlocked() {
        return grant.isEmpty() && login.filter(logins::isBlocked).isPresent();
    }

    private Duration pause() {
        Duration quarter = logins.lifetime().toDuration().dividedBy(4);
        return quarter.compareTo(LONGEST_PAUSE) < 0 ? quarter : LONGEST_PAUSE;
    }
}
