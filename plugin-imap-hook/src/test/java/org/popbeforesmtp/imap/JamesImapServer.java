// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.imap;

import java.time.Clock;
import java.util.concurrent.Executor;
import org.apache.james.imap.api.Tag;
import org.apache.james.imap.api.process.ImapSession;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.policy.GrantEvents;
import org.popbeforesmtp.policy.LoginRecorder;

/** James's IMAP server as far as the recording of logins sees it: what it is told of sessions, in James's order. */
public final class JamesImapServer {

    private final ImapSessions sessions;

    private JamesImapServer(ImapSessions sessions) {
        this.sessions = sessions;
    }

    /**
     * A server whose logins a recorder records.
     *
     * @param writer writes grants; never waits and never throws
     */
    public static JamesImapServer recording(LoginRecorder logins, GrantEvents events, Clock clock, Executor writer) {
        return new JamesImapServer(new ImapSessions(logins, events, clock, writer));
    }

    public Connection connect(ClientAddress client, boolean encrypted) {
        FakeImapSession session = new FakeImapSession(client.toString());
        return new Connection(encrypted ? session.encrypted() : session);
    }

    /** What happens once a second: the open sessions are looked at. */
    public void look() {
        sessions.look();
    }

    /** One connection of a client. */
    public final class Connection {

        private final FakeImapSession fake;
        private final ImapSession session;

        private Connection(FakeImapSession fake) {
            this.fake = fake;
            this.session = fake.session();
        }

        /** LOGIN or AUTHENTICATE. */
        public void login(String user, boolean succeeds) {
            Tag tag = new Tag("A1");
            sessions.loginBegins(tag, session);
            if (succeeds) {
                fake.loggedIn(user);
            }
            sessions.commandEnds(tag);
        }

        /** Any other command, or the DONE that ends an IDLE. */
        public void command() {
            sessions.commandSeen(session);
        }

        public void idle() {
            sessions.idleSeen(session);
        }

        /** The connection ends, whoever closes it; James tells nobody. */
        public void close() {
            fake.close();
        }
    }
}
