// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.policy;

import java.time.Instant;
import java.util.Optional;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Login;

/** What happens to grants, for the log, the metrics and the usage; each listener overrides what it needs. */
public interface GrantEvents {

    /** A login was recorded. */
    default void recorded(Grant grant) {}

    /**
     * Activity of a session that is still open has renewed a grant that had ended.
     *
     * @param grant as it is now
     * @param ended when it had ended, as far as the session knew
     */
    default void renewedAfterItEnded(Grant grant, Instant ended) {}

    /**
     * A login was not recorded because it never grants.
     *
     * @param reason {@link Reason#EXCLUDED}, {@link Reason#USER_EXCLUDED} or {@link Reason#BLOCKED}
     */
    default void excluded(Login login, Reason reason) {}

    /** A login could not be recorded. */
    default void notRecorded(Login login, Throwable cause) {}

    /** A transaction relays on a grant: a recipient elsewhere may be named. Reported once for each transaction. */
    default void allowed(ClientAddress client, Optional<String> sender, Grant grant) {}

    /**
     * A message was accepted on a grant.
     *
     * @param recipientsElsewhere how many of its recipients this server does not host; at least one
     */
    default void accepted(ClientAddress client, Grant grant, int recipientsElsewhere) {}

    /**
     * Somebody has named so many recipients elsewhere on grants that it looks like a bot. Reported once within an hour,
     * on one node.
     *
     * @param holder the user, or in brackets the address of a grant that names none
     */
    default void manyRecipients(String holder, long recipients) {}

    /** A user who has used SMTP AUTH begins a transaction. Reported for each one. */
    default void authenticated(String user) {}

    /** A transaction that tried to relay was refused. Reported once for each transaction. */
    default void refused(ClientAddress client, Optional<String> sender, Decision decision) {}

    /** Grants are about to be revoked; {@link #revoked} or {@link #revocationNotConfirmed} follows. */
    default void revoking(Revocation revocation) {}

    /**
     * Grants were revoked.
     *
     * @param grants how many active ones there were
     */
    default void revoked(Revocation revocation, int grants) {}

    /** It is not known whether the grants were revoked, or not on all nodes. */
    default void revocationNotConfirmed(Revocation revocation, Throwable cause) {}

    /**
     * A block is about to be put or ended; {@link #blockChanged} or {@link #blockChangeNotConfirmed} follows, unless there was
     * nothing to end.
     */
    default void changingBlock(BlockChange change) {}

    /**
     * A block was put or ended.
     *
     * @param grants how many active ones were revoked with it
     */
    default void blockChanged(BlockChange change, int grants) {}

    /** It is not known whether the block was put or ended, or not on all nodes. */
    default void blockChangeNotConfirmed(BlockChange change, Throwable cause) {}

    /** A hook failed unexpectedly; the session continued without it. */
    default void failed(String where, Throwable cause) {}
}
