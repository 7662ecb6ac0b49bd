// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store;

import java.util.List;
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
public interface GrantStore extends SessionGrants, AutoCloseable {

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

    /** Releases files, connections and threads. Afterwards the store is unavailable; closing twice does no harm. */
    @Override
    void close();
}
