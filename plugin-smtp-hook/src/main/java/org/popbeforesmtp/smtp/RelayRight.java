// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.smtp;

import org.apache.james.protocols.api.ProtocolSession.AttachmentKey;
import org.apache.james.protocols.api.ProtocolSession.State;
import org.apache.james.protocols.smtp.SMTPSession;

/**
 * The right to relay of an SMTP session, as far as it is ours to give. James keeps it as one flag for the whole
 * connection, whoever set it; a mark of our own tells our right from that of an authorised network, so that we take back
 * no more than we gave.
 */
final class RelayRight {

    private static final AttachmentKey<Boolean> OURS =
            AttachmentKey.of("org.popbeforesmtp.smtp.relayRight", Boolean.class);

    private RelayRight() {}

    /** Whether the session may relay for a reason that is not ours: it has authenticated, or its network may. */
    static boolean isOfAnotherKind(SMTPSession session) {
        return session.getUsername() != null || (session.isRelayingAllowed() && !isOurs(session));
    }

    static void give(SMTPSession session) {
        session.setRelayingAllowed(true);
        session.setAttachment(OURS, true, State.Connection);
    }

    /** Takes our right back, if the session has it. One that has authenticated since keeps the right that this gave it. */
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
