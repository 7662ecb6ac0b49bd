// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.imap;

import com.google.inject.Inject;
import java.io.IOException;
import org.apache.james.imap.api.Tag;
import org.apache.james.imap.api.display.Localizer;
import org.apache.james.imap.encode.ImapResponseComposer;
import org.apache.james.imap.encode.StatusResponseEncoder;
import org.apache.james.imap.message.response.ImmutableStatusResponse;

/** James's encoder of status responses, which reports each one that ends a command: the session has changed by then. */
public final class RecordedStatusResponses extends StatusResponseEncoder {

    private final ImapSessions sessions;

    @Inject
    RecordedStatusResponses(Localizer localizer, ImapRecording recording) {
        super(localizer);
        this.sessions = recording.sessions();
    }

    @Override
    public void encode(ImmutableStatusResponse response, ImapResponseComposer composer) throws IOException {
        Tag tag = response.getTag();
        if (tag != null) {
            sessions.commandEnds(tag);
        }
        super.encode(response, composer);
    }
}
