// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store;

import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.address.ClientAddress;

/**
 * The right of one client address to relay, earned by a login, ending by itself.
 *
 * <p>Instants are in the clock of the process that holds the object, to the millisecond.
 */
public final class Grant {

    /** By address, then user, then how the user logged in: a total order for listings. */
    public static final Comparator<Grant> ORDER = Comparator.comparing(Grant::login, Login.BY_HOLDER)
            .thenComparing(Grant::grantedAtMillis)
            .thenComparing(Grant::expiresAtMillis)
            .thenComparing(grant -> grant.protocol().toString());

    private final Login login;
    private final long grantedAtMillis;
    private final long expiresAtMillis;

    private Grant(Login login, long grantedAtMillis, long expiresAtMillis) {
        if (expiresAtMillis < grantedAtMillis) {
            throw new IllegalArgumentException("a grant must not end before it began");
        }
        this.login = login;
        this.grantedAtMillis = grantedAtMillis;
        this.expiresAtMillis = expiresAtMillis;
    }

    /**
     * A grant that began and ends at the given milliseconds since the epoch.
     *
     * @throws IllegalArgumentException if it would end before it began
     */
    public static Grant ofEpochMillis(Login login, long grantedAtMillis, long expiresAtMillis) {
        return new Grant(login, grantedAtMillis, expiresAtMillis);
    }

    /** The grant that a login earns which happens now. */
    public static Grant issue(Login login, Instant now, Lifetime lifetime) {
        return new Grant(login, now.toEpochMilli(), lifetime.endAfter(now).toEpochMilli());
    }

    public Login login() {
        return login;
    }

    public ClientAddress address() {
        return login.address();
    }

    public Optional<String> user() {
        return login.user();
    }

    public Protocol protocol() {
        return login.protocol();
    }

    /** Whether the password came over TLS. */
    public boolean encrypted() {
        return login.encrypted();
    }

    /** When the user logged in. */
    public Instant grantedAt() {
        return Instant.ofEpochMilli(grantedAtMillis);
    }

    /** The first instant at which the grant allows nothing any more. */
    public Instant expiresAt() {
        return Instant.ofEpochMilli(expiresAtMillis);
    }

    /** {@link #grantedAt} in milliseconds since the epoch. */
    public long grantedAtMillis() {
        return grantedAtMillis;
    }

    /** {@link #expiresAt} in milliseconds since the epoch. */
    public long expiresAtMillis() {
        return expiresAtMillis;
    }

    public boolean isActiveAt(Instant instant) {
        return instant.toEpochMilli() < expiresAtMillis;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Grant
                && login.equals(((Grant) other).login)
                && grantedAtMillis == ((Grant) other).grantedAtMillis
                && expiresAtMillis == ((Grant) other).expiresAtMillis;
    }

    @Override
    public int hashCode() {
        return Objects.hash(login, grantedAtMillis, expiresAtMillis);
    }

    @Override
    public String toString() {
        return "grant to " + login + " since " + grantedAt() + " until " + expiresAt();
    }
}
