// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.policy;

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
            Grant grant = store.record(login.from(settings.grantAddress(login.address())), lifetime);
            events.recorded(grant);
            return Optional.of(grant);
        } catch (Throwable e) {
            // Errors too: James would turn a missing class into a failed login.
            events.notRecorded(login, e);
            return Optional.empty();
        }
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
