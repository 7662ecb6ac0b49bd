// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.imap;

import org.apache.james.imap.api.message.response.ImapResponseMessage;
import org.apache.james.imap.api.message.response.StatusResponse;
import org.apache.james.imap.api.process.ImapProcessor.Responder;

/**
 * Passes the responses to an IDLE command on, and sees when it ends: the client's DONE bypasses the processors, but
 * James answers it, with the only response that has a tag (RFC 2177).
 */
final class IdleResponder implements Responder {

    private final Responder client;
    private final Runnable onEnd;

    IdleResponder(Responder client, Runnable onEnd) {
        this.client = client;
        this.onEnd = onEnd;
    }

    @Override
    public void respond(ImapResponseMessage message) {
        if (message instanceof StatusResponse && ((StatusResponse) message).getTag() != null) {
            onEnd.run();
        }
        client.respond(message);
    }

    @Override
    public void flush() {
        client.flush();
    }
}
