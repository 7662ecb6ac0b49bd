// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.popbeforesmtp.address.ClientAddress;

/**
 * Keeps the grants: what the POP3 side writes and the SMTP side reads.
 *
 * <p>An address may hold the grants of several users, each with an end of its own. A user holds at most two grants at
 * one address: one from encrypted logins, one from the others, so that neither speaks for the other. All methods may be
 * called from any thread, and what one call has done, every later call sees, on whichever node.
 *
 * <p>"There is none" and "cannot tell" are different answers: a method throws {@link StoreUnavailableException} where
 * the store cannot answer, and the caller must then not relay.
 */
public interface GrantStore extends AutoCloseable {

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
     * <p>If the same user has logged in again since, the one grant for both logins is prolonged, and tells of the later one.
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

    /**
     * Revokes all grants of an address.
     *
     * @return how many active grants were revoked
     * @throws StoreUnavailableException if that could not be done
     */
    int revoke(ClientAddress address);

    /**
     * Revokes all grants of a user, at every address.
     *
     * @return how many active grants were revoked
     * @throws StoreUnavailableException if that could not be done
     */
    int revokeUser(String user);

    /**
     * The active grants that a query asks for. For administration: it may have to look at every grant.
     *
     * @throws StoreUnavailableException if the store cannot tell
     */
    List<Grant> list(GrantQuery query);

    /** How the store is doing. Cheap, never throws, never waits. */
    StoreStatus status();

    /** Lets go of files, connections and threads. Afterwards the store is unavailable; closing twice does no harm. */
    @Override
    void close();
}
