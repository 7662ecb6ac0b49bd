// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.pop3;

import com.google.inject.Inject;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.Optional;
import org.apache.commons.configuration2.Configuration;
import org.apache.james.core.Username;
import org.apache.james.protocols.api.ProtocolSession;
import org.apache.james.protocols.api.ProtocolSession.AttachmentKey;
import org.apache.james.protocols.api.ProtocolSession.State;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.api.handler.DisconnectHandler;
import org.apache.james.protocols.api.handler.ProtocolHandler;
import org.apache.james.protocols.api.handler.ProtocolHandlerResultHandler;
import org.apache.james.protocols.pop3.POP3Session;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.james.PopBeforeSmtp;
import org.popbeforesmtp.policy.GrantEvents;
import org.popbeforesmtp.policy.LoginRecorder;
import org.popbeforesmtp.policy.LoginsUnderWay;
import org.popbeforesmtp.policy.RecordedLogin;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;

/**
 * Records the logins at James's POP3 server. The operator names it first in each {@code <handlerchain>} of
 * {@code pop3server.xml}.
 *
 * <p>It watches the state of the session rather than the commands: whatever the way to log in (USER and PASS, APOP,
 * AUTH), a session that has reached the TRANSACTION state (RFC 1939 section 5) has logged in. James calls it before it
 * sends the reply, so the grant is there when the client reads {@code +OK}. A login with an AUTH continuation line is
 * not seen at once but at the next command or at the end of the connection.
 *
 * <p>The login succeeds whatever happens here: nothing is thrown, and the reply is passed on unchanged.
 */
public final class Pop3LoginRecorder
        implements ProtocolHandlerResultHandler<Response, POP3Session>, DisconnectHandler<POP3Session> {

    private static final AttachmentKey<RecordedLogin> LOGIN =
            AttachmentKey.of("org.popbeforesmtp.pop3.login", RecordedLogin.class);

    /** The attempt of a session that has not logged in. */
    private static final AttachmentKey<LoginsUnderWay.Attempt> ATTEMPT =
            AttachmentKey.of("org.popbeforesmtp.pop3.attempt", LoginsUnderWay.Attempt.class);

    private final LoginRecorder logins;
    private final LoginsUnderWay underWay;
    private final GrantEvents events;
    private final Clock clock;

    @Inject
    public Pop3LoginRecorder(PopBeforeSmtp product) {
        this(product.logins(), product.loginsUnderWay(), product.events(), product.clock());
        product.sources().add();
    }

    Pop3LoginRecorder(LoginRecorder logins, LoginsUnderWay underWay, GrantEvents events, Clock clock) {
        this.logins = logins;
        this.underWay = underWay;
        this.events = events;
        this.clock = clock;
    }

    @Override
    public void init(Configuration config) {
        // All settings are in pop-before-smtp.properties.
    }

    @Override
    public void destroy() {
        // The store belongs to the whole process.
    }

    @Override
    public @Nullable Response onResponse(
            ProtocolSession session, @Nullable Response response, long executionTime, ProtocolHandler handler) {
        if (session instanceof POP3Session) {
            guarded(() -> commandSeen((POP3Session) session));
        }
        return response;
    }

    @Override
    public void onDisconnect(@Nullable POP3Session session) {
        if (session != null) {
            guarded(() -> ended(session));
            guarded(() -> session.getAttachment(ATTEMPT, State.Connection).ifPresent(LoginsUnderWay.Attempt::end));
        }
    }

    private void commandSeen(POP3Session session) {
        Optional<RecordedLogin> recorded = session.getAttachment(LOGIN, State.Connection);
        if (!isLoggedIn(session)) {
            // A second PASS logs the first user out.
            if (recorded.isPresent()) {
                session.removeAttachment(LOGIN, State.Connection);
            }
            loginIsUnderWay(session);
        } else if (recorded.isPresent()) {
            recorded.get().clientIsActive();
        } else {
            session.setAttachment(LOGIN, RecordedLogin.atOnce(logins, clock, loginOf(session)), State.Connection);
            // Only now, when the grant is there: a client that is told to send again must find it.
            session.removeAttachment(ATTEMPT, State.Connection).ifPresent(LoginsUnderWay.Attempt::end);
        }
    }

    private void loginIsUnderWay(POP3Session session) {
        Optional<LoginsUnderWay.Attempt> attempt = session.getAttachment(ATTEMPT, State.Connection);
        if (attempt.isPresent()) {
            attempt.get().commandSeen();
        } else {
            addressOf(session)
                    .ifPresent(address -> session.setAttachment(ATTEMPT, underWay.begin(address), State.Connection));
        }
    }

    private void ended(POP3Session session) {
        Optional<RecordedLogin> recorded = session.getAttachment(LOGIN, State.Connection);
        if (recorded.isPresent()) {
            if (isLoggedIn(session)) {
                recorded.get().end();
            }
        } else if (isLoggedIn(session)) {
            // Logged in with an AUTH continuation line and nothing since: that was no later than the command before it.
            session.getAttachment(ATTEMPT, State.Connection)
                    .map(LoginsUnderWay.Attempt::lastCommandAt)
                    .ifPresent(activeAt ->
                            loginOf(session).ifPresent(login -> logins.recordLate(login, activeAt, activeAt)));
        }
    }

    /** Errors too: James would turn a missing class into a failed login. */
    private void guarded(Runnable work) {
        try {
            work.run();
        } catch (Throwable e) {
            events.failed("Recording a POP3 login", e);
        }
    }

    private static boolean isLoggedIn(POP3Session session) {
        return session.getHandlerState() == POP3Session.TRANSACTION && session.getUsername() != null;
    }

    private static Optional<Login> loginOf(POP3Session session) {
        return addressOf(session)
                .map(address ->
                        Login.of(address, nameOf(session.getUsername()), Protocol.POP3, session.isTLSStarted()));
    }

    private static String nameOf(Username username) {
        return username.asString();
    }

    private static Optional<ClientAddress> addressOf(POP3Session session) {
        return Optional.ofNullable(session.getRemoteAddress())
                .map(InetSocketAddress::getAddress)
                .map((InetAddress address) -> ClientAddress.of(address));
    }
}
