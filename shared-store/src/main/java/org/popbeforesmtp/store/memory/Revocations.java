// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.popbeforesmtp.store.Login;

/**
 * Remembers for a day what was revoked when, so that a session which was open at the time cannot renew the right that an
 * administrator took away. Administrators revoke by hand, so there are few.
 */
final class Revocations {

    private static final long MEMORY_MILLIS = Duration.ofHours(24).toMillis();

    /** When, by address or by user's name. */
    private final ConcurrentMap<Object, Long> revokedAt = new ConcurrentHashMap<>();

    void add(Object addressOrUser, long now) {
        revokedAt.merge(addressOrUser, now, Math::max);
    }

    /** Whether the address or the user of a login lost its grants since the login. */
    boolean touch(Login login, long loginAt) {
        return isRevokedSince(login.address(), loginAt)
                || login.user().filter(user -> isRevokedSince(user, loginAt)).isPresent();
    }

    private boolean isRevokedSince(Object addressOrUser, long loginAt) {
        Long revoked = revokedAt.get(addressOrUser);
        return revoked != null && loginAt <= revoked;
    }

    void forgetBefore(long now) {
        revokedAt.values().removeIf(revoked -> revoked + MEMORY_MILLIS <= now);
    }
}
