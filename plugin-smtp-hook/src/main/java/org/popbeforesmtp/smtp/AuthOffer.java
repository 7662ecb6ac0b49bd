// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.smtp;

import java.util.List;
import org.apache.james.protocols.api.handler.CommandHandler;
import org.apache.james.protocols.smtp.SMTPSession;

/**
 * Whether a port offers SMTP AUTH: its handler chain knows the command, which James's chain for port 25 does not since 3.9,
 * and its {@code <auth>} announces it, if need be after STARTTLS.
 */
final class AuthOffer {

    private static final String COMMAND = "AUTH";

    private final boolean inChain;

    private AuthOffer(boolean inChain) {
        this.inChain = inChain;
    }

    /** What a chain with these handlers can offer. */
    static AuthOffer of(List<?> handlers) {
        return new AuthOffer(handlers.stream()
                .filter(CommandHandler.class::isInstance)
                .anyMatch(handler ->
                        ((CommandHandler<?>) handler).getImplCommands().contains(COMMAND)));
    }

    boolean isMadeTo(SMTPSession session) {
        return inChain
                && session.getConfiguration()
                        .isAuthAnnounced(
                                session.getRemoteAddress().getAddress().getHostAddress(),
                                session.isTLSStarted() || session.isStartTLSSupported());
    }
}
