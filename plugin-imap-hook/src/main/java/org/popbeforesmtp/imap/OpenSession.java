// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.imap;

import org.apache.james.imap.api.ImapSessionState;
import org.apache.james.imap.api.process.ImapSession;
import org.popbeforesmtp.policy.RecordedLogin;

/** An IMAP session whose login was recorded. */
final class OpenSession {

    private final ImapSession session;
    private final RecordedLogin login;
    private volatile boolean idles;
    private volatile boolean isClosed;

    OpenSession(ImapSession session, RecordedLogin login, boolean idles) {
        this.session = session;
        this.login = login;
        this.idles = idles;
    }

    /** The client has sent a command; with IDLE it is active until it sends another one or hangs up. */
    void clientIsActive(boolean idlesNow) {
        idles = idlesNow;
        login.clientIsActive();
    }

    void look() {
        if (session.getState() == ImapSessionState.LOGOUT) {
            isClosed = true;
            login.end();
        } else if (idles) {
            login.clientIsActive();
        }
    }

    boolean isClosed() {
        return isClosed;
    }
}
