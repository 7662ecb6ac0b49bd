// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.popbeforesmtp.address.ClientAddress;

/**
 * What mail sessions ask of a {@link GrantStore}: the POP3 side writes logins and their renewals, the SMTP side looks up.
 * These are the calls that a user waits for.
 */
public interface SessionGrants {

    /** How long revocations are remembered at least. */
    Duration REVOCATIONS_KEPT = Duration.ofHours(24);

    /**
     * Records a login: its grant begins now and lasts for the lifetime. It takes the place of an earlier grant to the
     * same user at the same address with the same encryption, whatever became of that one.
     *
     * @return the grant as it was stored
     * @throws StoreUnavailableException if it could not be stored
     */
    Grant record(Login login, Lifetime lifetime);

    /**
     * Prolongs a grant on activity of the session that earned it: it lasts at least so long from now on, and never
     * ends sooner than before. A grant that has ended meanwhile begins to count again, with its old
     * {@link Grant#grantedAt()}; one that was revoked since that instant does not. Revocations are remembered for at
     * least 24 hours for this.
     *
     * <p>If the same user has logged in again since, the one grant for both logins is prolonged, with the details of the later one.
     *
     * @param grant what {@link #record} or an earlier renewal returned
     * @param fromNow what is left of the lifetime that began with the activity; positive, to the millisecond
     * @return the grant of this session as it is now, with its own begin; or nothing if it was revoked
     * @throws StoreUnavailableException if it could not be stored
     */
    Optional<Grant> renew(Grant grant, Duration fromNow);

    /** Prolongs a grant on activity that happens now. */
    default Optional<Grant> renew(Grant grant, Lifetime lifetime) {
        return renew(grant, lifetime.toDuration());
    }

    /**
     * The active grants of an address, in no particular order; empty if there are none.
     *
     * @throws StoreUnavailableException if the store cannot tell whether these are all; it names those that are
     *     {@linkplain StoreUnavailableException#known() known}
     */
    List<Grant> find(ClientAddress address);
}
