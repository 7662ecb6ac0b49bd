// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.popbeforesmtp.store.Login;

/**
 * Remembers for a day what was revoked when, so that a session which was open at the time cannot renew the grant that an
 * administrator revoked. Administrators revoke by hand, so there are few.
 */
final class Revocations {

    private static final long MEMORY_MILLIS = Duration.ofHours(24).toMillis();

    /** When, by address or by user's name. */
    private final ConcurrentMap<Object, Long> revokedAt = new ConcurrentHashMap<>();

    private final ReadWriteLock lock = new ReentrantReadWriteLock();

    /** Notes a revocation. What {@link #duringNone} was doing is done then, and what it does later sees this. */
    void add(Object addressOrUser, long now) {
        lock.writeLock().lock();
        try {
            merge(addressOrUser, now);
        } finally {
            lock.writeLock().unlock();
        }
    }

    /** Moves a revocation that was noted to a later time, if it is later. */
    void merge(Object addressOrUser, long time) {
        revokedAt.merge(addressOrUser, time, Math::max);
    }

    /** Does what must not overlap with the noting of a revocation. */
    void duringNone(Runnable work) {
        lock.readLock().lock();
        try {
            work.run();
        } finally {
            lock.readLock().unlock();
        }
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
