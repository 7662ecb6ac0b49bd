// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.policy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.block.Blocks;
import org.popbeforesmtp.block.KnownBlocks;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.SessionGrants;
import org.popbeforesmtp.store.StoreUnavailableException;

/**
 * Turns logins into grants, under the operator's rules. A login succeeds whatever the store does, so nothing is thrown.
 */
public final class LoginRecorder {

    private final Supplier<PolicySettings> rules;
    private final SessionGrants store;
    private final KnownBlocks blocks;
    private final GrantEvents events;
    private final Clock clock;

    /** A recorder where nobody is ever blocked. */
    public LoginRecorder(PolicySettings settings, SessionGrants store, GrantEvents events, Clock clock) {
        this(() -> settings, store, KnownBlocks.NONE, events, clock);
    }

    /**
     * A recorder.
     *
     * @param rules the settings in force, which may change
     * @param blocks whose logins an administrator has blocked in that store
     */
    public LoginRecorder(
            Supplier<PolicySettings> rules, SessionGrants store, KnownBlocks blocks, GrantEvents events, Clock clock) {
        this.rules = rules;
        this.store = store;
        this.blocks = blocks;
        this.events = events;
        this.clock = clock;
    }

    private PolicySettings settings() {
        return rules.get();
    }

    /** How long a grant lasts after the last activity. */
    public Lifetime lifetime() {
        return settings().lifetime();
    }

    /** Whether a login may grant, by where it comes from and whose it is. */
    public boolean admits(Login login) {
        return settings().reasonAgainst(login).isEmpty();
    }

    /** Whether the address or the user of a login is blocked, as far as this process knows. */
    public boolean isBlocked(Login login) {
        return isIn(blocks.at(settings().grantAddress(login.address())), login) || isIn(blocks.lastKnown(), login);
    }

    /**
     * Records a login with the configured lifetime; nothing if its network or its user is excluded or blocked, or if the
     * store cannot keep it.
     */
    public Optional<Grant> record(Login login) {
        return record(login, settings().lifetime());
    }

    /**
     * Records a login of a moment ago, for callers that do not let it wait for the store; a revocation since then
     * prevails.
     */
    Optional<Grant> record(Login login, Instant loginAt) {
        return isExcluded(login) ? Optional.empty() : recordLate(login, loginAt, loginAt);
    }

    /** Records a login with its own lifetime. */
    public Optional<Grant> record(Login login, Lifetime lifetime) {
        if (isExcluded(login)) {
            return Optional.empty();
        }
        try {
            if (isStillBlocked(login)) {
                events.excluded(login, Reason.BLOCKED);
                return Optional.empty();
            }
            return unlessJustBlocked(login, store.record(asKept(login), lifetime));
        } catch (Throwable e) {
            // Errors too: James would turn a missing class into a failed login.
            events.notRecorded(login, e);
            return Optional.empty();
        }
    }

    /**
     * Records a login that was not recorded when it happened.
     *
     * @param loginAt when it happened; a revocation since then prevails
     * @param activeAt when its session was last active: the grant lasts one lifetime from then on
     * @return the grant, or nothing if it would have ended, was revoked, its network or user is excluded or blocked, or
     *     the store cannot keep it now either
     */
    public Optional<Grant> recordLate(Login login, Instant loginAt, Instant activeAt) {
        Duration left = left(loginAt, activeAt);
        if (!admits(login) || !isPositive(left) || isForgotten(loginAt)) {
            return Optional.empty();
        }
        try {
            if (isStillBlocked(login)) {
                events.excluded(login, Reason.BLOCKED);
                return Optional.empty();
            }
            return store.renew(Grant.issue(asKept(login), loginAt, settings().lifetime()), left)
                    .flatMap(grant -> unlessJustBlocked(login, grant));
        } catch (Throwable e) {
            events.notRecorded(login, e);
            return Optional.empty();
        }
    }

    /** A login recorded at the moment of the block does not count while the block is in force, and is never renewed. */
    private Optional<Grant> unlessJustBlocked(Login login, Grant recorded) {
        if (isIn(blocks.at(recorded.address()), login)) {
            events.excluded(login, Reason.BLOCKED);
            return Optional.empty();
        }
        events.recorded(recorded);
        return Optional.of(recorded);
    }

    /** Whether a login never grants, which is reported. */
    private boolean isExcluded(Login login) {
        Optional<Reason> against = settings().reasonAgainst(login);
        against.ifPresent(reason -> events.excluded(login, reason));
        return against.isPresent();
    }

    /** Asks the store again if a block is known: another node may have ended it since. */
    private boolean isStillBlocked(Login login) {
        if (!isBlocked(login)) {
            return false;
        }
        ClientAddress address = settings().grantAddress(login.address());
        try {
            store.find(address);
            return isIn(blocks.at(address), login);
        } catch (StoreUnavailableException e) {
            return isIn(blocks.lastKnown(), login);
        }
    }

    private boolean isIn(Blocks inForce, Login login) {
        return !inForce.isEmpty()
                && inForce.of(login.address(), login.user(), clock.instant()).isPresent();
    }

    private Login asKept(Login login) {
        return login.from(settings().grantAddress(login.address()));
    }

    /**
     * Renews a grant on activity of its session.
     *
     * @param activeAt when that was: the grant lasts one lifetime from then on
     * @return the renewed grant, the same one if the store cannot answer now or no time is left, nothing if it was
     *     revoked or is blocked, or if the session was silent for so long that a revocation may be forgotten
     */
    public Optional<Grant> renew(Grant grant, Instant activeAt) {
        Duration left = left(grant.grantedAt(), activeAt);
        if (!isPositive(left)) {
            return Optional.of(grant);
        }
        if (isForgotten(grant.expiresAt().minus(settings().lifetime().toDuration()))) {
            return Optional.empty();
        }
        try {
            if (isStillBlocked(grant.login())) {
                return Optional.empty();
            }
            boolean hadEnded = !grant.isActiveAt(clock.instant());
            Optional<Grant> renewed = store.renew(grant, left);
            if (hadEnded && renewed.isPresent()) {
                events.renewedAfterItEnded(renewed.get(), grant.expiresAt());
            }
            return renewed;
        } catch (Throwable e) {
            events.notRecorded(grant.login(), e);
            return Optional.of(grant);
        }
    }

    /** What is left of a grant: a lifetime after the activity, but no more than a session has after its login. */
    private Duration left(Instant loginAt, Instant activeAt) {
        Instant now = clock.instant();
        Instant end = earlier(
                settings().lifetime().endAfter(activeAt),
                loginAt.plus(settings().lifetimeMax()));
        return Duration.between(now, earlier(end, settings().lifetime().endAfter(now)));
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    /** Whether a store may have forgotten a revocation that came after this. */
    private boolean isForgotten(Instant lastWritten) {
        return !clock.instant().isBefore(lastWritten.plus(SessionGrants.REVOCATIONS_KEPT));
    }

    private static boolean isPositive(Duration left) {
        return left.toMillis() > 0;
    }
}
