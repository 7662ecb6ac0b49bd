// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.smtp;

import org.apache.james.protocols.api.ProtocolSession.AttachmentKey;
import org.apache.james.protocols.api.ProtocolSession.State;
import org.apache.james.protocols.smtp.SMTPSession;

/**
 * The right to relay of an SMTP session, as far as the hook gives it. James keeps it as one flag for the whole
 * connection, whoever set it; a separate mark distinguishes the hook's right from that of an authorised network, so
 * that the hook takes back only what it gave.
 */
final class RelayRight {

    private static final AttachmentKey<Boolean> OURS =
            AttachmentKey.of("org.popbeforesmtp.smtp.relayRight", Boolean.class);

    private RelayRight() {}

    /** Whether the session may relay without a grant: it has authenticated, or its network may. */
    static boolean isOfAnotherKind(SMTPSession session) {
        return session.getUsername() != null || (session.isRelayingAllowed() && !isOurs(session));
    }

    static void give(SMTPSession session) {
        session.setRelayingAllowed(true);
        session.setAttachment(OURS, true, State.Connection);
    }

    /**
     * Takes the hook's right back, if the session has it, but not one that James has given since because of
     * authentication.
     */
    static void takeBack(SMTPSession session) {
        if (isOurs(session)) {
            if (session.getUsername() == null) {
                session.setRelayingAllowed(false);
            }
            session.removeAttachment(OURS, State.Connection);
        }
    }

    private static boolean isOurs(SMTPSession session) {
        return session.getAttachment(OURS, State.Connection).isPresent();
    }
}
