// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.policy;

import java.time.Instant;
import java.util.Optional;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.GrantStore;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;

/** Turns logins into grants, under the operator's rules. A login goes on whatever the store does, so nothing is thrown. */
public final class LoginRecorder {

    private final PolicySettings settings;
    private final GrantStore store;
    private final GrantEvents events;

    public LoginRecorder(PolicySettings settings, GrantStore store, GrantEvents events) {
        this.settings = settings;
        this.store = store;
        this.events = events;
    }

    /** Whether a login comes from where logins may grant. */
    public boolean admits(Login login) {
        return settings.admits(login.address());
    }

    /** Records a login with the configured lifetime; nothing if its network is excluded or the store cannot keep it. */
    public Optional<Grant> record(Login login) {
        return record(login, settings.lifetime());
    }

    /** Records a login with a lifetime of its own. */
    public Optional<Grant> record(Login login, Lifetime lifetime) {
        if (!admits(login)) {
            events.excluded(login);
            return Optional.empty();
        }
        try {
            Grant grant = store.record(asKept(login), lifetime);
            events.recorded(grant);
            return Optional.of(grant);
        } catch (Throwable e) {
            // Errors too: James would turn a missing class into a failed login.
            events.notRecorded(login, e);
            return Optional.empty();
        }
    }

    /**
     * Records a login that the store could not keep when it happened.
     *
     * @param loginAt when it happened; a revocation since then holds
     * @return the grant, or nothing if it was revoked, its network is excluded or the store cannot keep it now either
     */
    public Optional<Grant> recordLate(Login login, Instant loginAt) {
        if (!admits(login)) {
            return Optional.empty();
        }
        try {
            Optional<Grant> grant =
                    store.renew(Grant.issue(asKept(login), loginAt, settings.lifetime()), settings.lifetime());
            grant.ifPresent(events::recorded);
            return grant;
        } catch (Throwable e) {
            events.notRecorded(login, e);
            return Optional.empty();
        }
    }

    private Login asKept(Login login) {
        return login.from(settings.grantAddress(login.address()));
    }

    /**
     * Prolongs a grant on a sign of life of its session.
     *
     * @return the prolonged grant, the same one if the store cannot tell now, nothing if it was revoked
     */
    public Optional<Grant> renew(Grant grant) {
        try {
            return store.renew(grant, settings.lifetime());
        } catch (Throwable e) {
            events.notRecorded(grant.login(), e);
            return Optional.of(grant);
        }
    }
}
