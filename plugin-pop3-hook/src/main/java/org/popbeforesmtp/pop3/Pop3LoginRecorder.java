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
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;

/**
 * Records the logins at James's POP3 server. The operator names it first in each {@code <handlerchain>} of
 * {@code pop3server.xml}.
 *
 * <p>It watches the state of the session rather than the commands: whatever the way to log in (USER and PASS, APOP, AUTH),
 * a session that has reached the TRANSACTION state (RFC 1939 section 5) has logged in. James calls it before it sends the
 * reply, so the grant is there when the client reads {@code +OK}. A login with an AUTH continuation line passes by
 * unseen and is noticed at the next command or at the end of the connection.
 *
 * <p>The login goes on whatever happens here: nothing is thrown, and the reply is passed on as it is.
 */
public final class Pop3LoginRecorder
        implements ProtocolHandlerResultHandler<Response, POP3Session>, DisconnectHandler<POP3Session> {

    private static final AttachmentKey<RecordedLogin> LOGIN =
            AttachmentKey.of("org.popbeforesmtp.pop3.login", RecordedLogin.class);

    private final LoginRecorder logins;
    private final GrantEvents events;
    private final Clock clock;
    private final Lifetime lifetime;

    @Inject
    public Pop3LoginRecorder(PopBeforeSmtp product) {
        this(
                product.logins(),
                product.events(),
                product.clock(),
                product.configuration().lifetime());
    }

    Pop3LoginRecorder(LoginRecorder logins, GrantEvents events, Clock clock, Lifetime lifetime) {
        this.logins = logins;
        this.events = events;
        this.clock = clock;
        this.lifetime = lifetime;
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
            follow((POP3Session) session, false);
        }
        return response;
    }

    @Override
    public void onDisconnect(@Nullable POP3Session session) {
        if (session != null) {
            follow(session, true);
        }
    }

    private void follow(POP3Session session, boolean atEnd) {
        try {
            Optional<RecordedLogin> recorded = session.getAttachment(LOGIN, State.Connection);
            if (!isLoggedIn(session)) {
                // A second PASS logs the first user out.
                if (recorded.isPresent()) {
                    session.removeAttachment(LOGIN, State.Connection);
                }
            } else if (recorded.isPresent()) {
                recorded.get().signOfLife(atEnd);
            } else {
                session.setAttachment(LOGIN, record(session), State.Connection);
            }
        } catch (Throwable e) {
            // Errors too: James would turn a missing class into a failed login.
            events.failed("Recording a POP3 login", e);
        }
    }

    private static boolean isLoggedIn(POP3Session session) {
        return session.getHandlerState() == POP3Session.TRANSACTION && session.getUsername() != null;
    }

    private RecordedLogin record(POP3Session session) {
        return new RecordedLogin(
                logins,
                clock,
                lifetime,
                addressOf(session)
                        .map(address -> Login.of(
                                address, nameOf(session.getUsername()), Protocol.POP3, session.isTLSStarted())));
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
