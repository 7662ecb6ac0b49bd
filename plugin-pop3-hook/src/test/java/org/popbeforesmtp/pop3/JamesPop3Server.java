// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.pop3;

import java.io.InputStream;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import org.apache.james.core.Username;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.metrics.tests.RecordingMetricFactory;
import org.apache.james.protocols.api.ProtocolConfiguration;
import org.apache.james.protocols.api.ProtocolTransport;
import org.apache.james.protocols.api.Request;
import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.api.handler.CommandDispatcher;
import org.apache.james.protocols.api.handler.CommandHandler;
import org.apache.james.protocols.api.handler.ProtocolHandler;
import org.apache.james.protocols.api.handler.ProtocolHandlerChain;
import org.apache.james.protocols.pop3.POP3Response;
import org.apache.james.protocols.pop3.POP3Session;
import org.apache.james.protocols.pop3.POP3SessionImpl;
import org.apache.james.protocols.pop3.core.AbstractApopCmdHandler;
import org.apache.james.protocols.pop3.core.AbstractPassCmdHandler;
import org.apache.james.protocols.pop3.core.NoopCmdHandler;
import org.apache.james.protocols.pop3.core.QuitCmdHandler;
import org.apache.james.protocols.pop3.core.StatCmdHandler;
import org.apache.james.protocols.pop3.core.StlsCmdHandler;
import org.apache.james.protocols.pop3.core.UnknownCmdHandler;
import org.apache.james.protocols.pop3.core.UserCmdHandler;
import org.apache.james.protocols.pop3.mailbox.Mailbox;
import org.apache.james.protocols.pop3.mailbox.MessageMetaData;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.fakes.Conversation;
import org.popbeforesmtp.policy.GrantEvents;
import org.popbeforesmtp.policy.LoginRecorder;
import org.popbeforesmtp.policy.LoginsUnderWay;

/**
 * James's POP3 server without sockets and mail: its own handlers behind ours, and an AUTH command like that of James 3.10,
 * whose continuation line passes by all handlers. Every user's password is {@code secret}.
 */
public final class JamesPop3Server {

    public static final String PASSWORD = "secret";

    private final ProtocolHandlerChain chain;

    JamesPop3Server(ProtocolHandler configured) {
        MetricFactory metrics = new RecordingMetricFactory();
        try {
            chain = Conversation.chain(
                    configured,
                    new CommandDispatcher<POP3Session>(),
                    new UserCmdHandler(metrics),
                    new Pass(metrics),
                    new Apop(metrics),
                    new Auth(),
                    new NoopCmdHandler(metrics),
                    new StatCmdHandler(metrics),
                    new StlsCmdHandler(metrics),
                    new QuitCmdHandler(metrics),
                    new UnknownCmdHandler());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    public Conversation<POP3Session> connect(ClientAddress client) {
        return greeted(Conversation.open(chain, client, JamesPop3Server::session));
    }

    public Conversation<POP3Session> connect(InetSocketAddress client) {
        return greeted(Conversation.open(chain, client, false, JamesPop3Server::session));
    }

    /** A server whose logins a recorder records. */
    public static JamesPop3Server recording(
            LoginRecorder logins, LoginsUnderWay underWay, GrantEvents events, Clock clock) {
        return new JamesPop3Server(new Pop3LoginRecorder(logins, underWay, events, clock));
    }

    private static Conversation<POP3Session> greeted(Conversation<POP3Session> conversation) {
        conversation
                .session()
                .setAttachment(POP3Session.APOP_TIMESTAMP, "<1@example.org>", POP3Session.State.Connection);
        return conversation;
    }

    private static POP3Session session(ProtocolTransport transport) {
        return new POP3SessionImpl(transport, new Settings());
    }

    private static @Nullable Mailbox mailboxIfAllowed(String password) {
        return password.equals(PASSWORD) ? new EmptyMailbox() : null;
    }

    private static final class Pass extends AbstractPassCmdHandler {

        private Pass(MetricFactory metrics) {
            super(metrics);
        }

        @Override
        protected @Nullable Mailbox auth(POP3Session session, Username user, String password) {
            return mailboxIfAllowed(password);
        }
    }

    private static final class Apop extends AbstractApopCmdHandler {

        private Apop(MetricFactory metrics) {
            super(metrics);
        }

        @Override
        protected @Nullable Mailbox auth(POP3Session session, String timestamp, Username user, String digest) {
            return mailboxIfAllowed(digest);
        }
    }

    /** {@code AUTH user} asks for a line with the password; {@code AUTH user password} does not. */
    private static final class Auth implements CommandHandler<POP3Session> {

        @Override
        public Set<String> getImplCommands() {
            return Set.of("AUTH");
        }

        @Override
        public Response onCommand(POP3Session session, Request request) {
            String[] words = request.getArgument().split(" ", -1);
            if (words.length == 2) {
                return login(session, words[0], words[1]);
            }
            session.<POP3Session>pushLineHandler((pushed, line) -> {
                pushed.popLineHandler();
                return login(pushed, words[0], new String(line, pushed.getCharset()).trim());
            });
            return new POP3Response("+", "");
        }

        private static Response login(POP3Session session, String user, String password) {
            @Nullable Mailbox mailbox = mailboxIfAllowed(password);
            if (mailbox == null) {
                return new POP3Response(POP3Response.ERR_RESPONSE, "Authentication failed.");
            }
            session.setUserMailbox(mailbox);
            session.setUsername(Username.of(user));
            session.setHandlerState(POP3Session.TRANSACTION);
            return new POP3Response(POP3Response.OK_RESPONSE, "Welcome");
        }
    }

    private static final class EmptyMailbox implements Mailbox {

        @Override
        public InputStream getMessage(String uid) {
            return InputStream.nullInputStream();
        }

        @Override
        public List<MessageMetaData> getMessages() {
            return List.of();
        }

        @Override
        public void remove(String... uids) {
            // There is nothing to remove.
        }

        @Override
        public String getIdentifier() {
            return "mailbox";
        }

        @Override
        public void close() {
            // There is nothing to close.
        }
    }

    private static final class Settings implements ProtocolConfiguration {

        @Override
        public String getGreeting() {
            return "";
        }

        @Override
        public String getSoftwareName() {
            return "James";
        }

        @Override
        public String getHelloName() {
            return "mail.example.org";
        }
    }
}
