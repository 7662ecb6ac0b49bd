// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.imap;

import com.google.common.collect.MapMaker;
import java.time.Clock;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.apache.james.core.Username;
import org.apache.james.imap.api.ImapSessionState;
import org.apache.james.imap.api.Tag;
import org.apache.james.imap.api.process.ImapSession;
import org.popbeforesmtp.policy.GrantEvents;
import org.popbeforesmtp.policy.LoginRecorder;
import org.popbeforesmtp.policy.RecordedLogin;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;

/**
 * The IMAP sessions of this process that have logged in and are open. James calls this on the threads that serve all
 * its IMAP connections, so nothing here waits; and whatever happens, the session continues.
 */
final class ImapSessions {

    private static final String SESSION = "org.popbeforesmtp.imap.session";

    private final LoginRecorder logins;
    private final GrantEvents events;
    private final Clock clock;
    private final Executor writer;
    private final ImapClientAddress addresses = new ImapClientAddress();
    private final Set<OpenSession> open = ConcurrentHashMap.newKeySet();

    /** By the identity of the command's tag, not its text: the response has the same object. Forgotten with the tag. */
    private final Map<Tag, ImapSession> loggingIn = new MapMaker().weakKeys().makeMap();

    /**
     * No sessions yet.
     *
     * @param writer writes grants; never waits and never throws
     */
    ImapSessions(LoginRecorder logins, GrantEvents events, Clock clock, Executor writer) {
        this.logins = logins;
        this.events = events;
        this.clock = clock;
        this.writer = writer;
    }

    /** The client sends a command that may log in. */
    void loginBegins(Tag tag, ImapSession session) {
        guarded(() -> loggingIn.put(tag, session));
    }

    /** James is about to answer a command: if it was a login that succeeded, the session says so by now. */
    void commandEnds(Tag tag) {
        guarded(() -> {
            ImapSession session = loggingIn.isEmpty() ? null : loggingIn.remove(tag);
            if (session != null) {
                seen(session, false);
            }
        });
    }

    /** The client has sent a command, or has ended its IDLE. */
    void commandSeen(ImapSession session) {
        guarded(() -> seen(session, false));
    }

    /** The client is in IDLE from now on. */
    void idleSeen(ImapSession session) {
        guarded(() -> seen(session, true));
    }

    private void seen(ImapSession session, boolean idles) {
        if (session.getState() != ImapSessionState.AUTHENTICATED && session.getState() != ImapSessionState.SELECTED) {
            return;
        }
        Object known = session.getAttribute(SESSION);
        if (known instanceof OpenSession) {
            ((OpenSession) known).clientIsActive(idles);
        } else if (known == null) {
            begin(session, idles);
        }
    }

    private void begin(ImapSession session, boolean idles) {
        // Once for each session, even if the login earns no grant.
        session.setAttribute(SESSION, this);
        Username user = session.getUserName();
        addresses.of(session).filter(address -> user != null).ifPresent(address -> {
            Login login = Login.of(address, user.asString(), Protocol.IMAP, session.isTLSActive());
            OpenSession begun = new OpenSession(session, RecordedLogin.by(writer, logins, clock, login), idles);
            session.setAttribute(SESSION, begun);
            open.add(begun);
        });
    }

    /**
     * Checks all open sessions; to be called regularly. Those in IDLE are active for as long as the connection lives;
     * those that are closed end. James does not report when that happens.
     */
    void look() {
        open.removeIf(session -> {
            guarded(session::look);
            return session.isClosed();
        });
    }

    /** Errors too: James would turn a missing class into a failed command. */
    private void guarded(Runnable work) {
        try {
            work.run();
        } catch (Throwable e) {
            events.failed("Recording an IMAP login", e);
        }
    }
}
