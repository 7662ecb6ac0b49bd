// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.imap;

import com.google.inject.Inject;
import org.apache.james.imap.api.ImapMessage;
import org.apache.james.imap.api.Tag;
import org.apache.james.imap.api.message.response.StatusResponseFactory;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.imap.decode.DecodingException;
import org.apache.james.imap.decode.ImapRequestLineReader;
import org.apache.james.imap.decode.parser.AuthenticateCommandParser;

/** James's parser of AUTHENTICATE, which reports that a login begins. */
public final class RecordedAuthenticateParser extends AuthenticateCommandParser {

    private final ImapSessions sessions;

    @Inject
    RecordedAuthenticateParser(StatusResponseFactory responses, ImapRecording recording) {
        super(responses);
        this.sessions = recording.sessions();
    }

    @Override
    protected ImapMessage decode(ImapRequestLineReader request, Tag tag, ImapSession session) throws DecodingException {
        sessions.loginBegins(tag, session);
        return super.decode(request, tag, session);
    }
}
