// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.smtp;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.james.core.MailAddress;
import org.apache.james.mailbox.Authorizator.AuthorizationState;
import org.apache.james.metrics.api.MetricFactory;
import org.apache.james.metrics.tests.RecordingMetricFactory;
import org.apache.james.protocols.api.OidcSASLConfiguration;
import org.apache.james.protocols.api.ProtocolTransport;
import org.apache.james.protocols.api.handler.CommandDispatcher;
import org.apache.james.protocols.api.handler.ProtocolHandler;
import org.apache.james.protocols.api.handler.ProtocolHandlerChain;
import org.apache.james.protocols.smtp.SMTPConfiguration;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.core.HeloCmdHandler;
import org.apache.james.protocols.smtp.core.NoopCmdHandler;
import org.apache.james.protocols.smtp.core.PostmasterAbuseRcptHook;
import org.apache.james.protocols.smtp.core.QuitCmdHandler;
import org.apache.james.protocols.smtp.core.ReceivedDataLineFilter;
import org.apache.james.protocols.smtp.core.RsetCmdHandler;
import org.apache.james.protocols.smtp.core.UnknownCmdHandler;
import org.apache.james.protocols.smtp.core.esmtp.AuthCmdHandler;
import org.apache.james.protocols.smtp.core.esmtp.EhloCmdHandler;
import org.apache.james.protocols.smtp.core.esmtp.MailSizeEsmtpExtension;
import org.apache.james.protocols.smtp.core.esmtp.StartTlsCmdHandler;
import org.apache.james.protocols.smtp.core.log.HookResultLogger;
import org.apache.james.protocols.smtp.hook.HookResult;
import org.apache.james.protocols.smtp.hook.HookReturnCode;
import org.apache.james.smtpserver.AddDefaultAttributesMessageHook;
import org.apache.james.smtpserver.AuthRequiredToRelayRcptHook;
import org.apache.james.smtpserver.DataLineJamesMessageHookHandler;
import org.apache.james.smtpserver.ExtendedSMTPSession;
import org.apache.james.smtpserver.JamesDataCmdHandler;
import org.apache.james.smtpserver.JamesMailCmdHandler;
import org.apache.james.smtpserver.JamesMessageHook;
import org.apache.james.smtpserver.JamesRcptCmdHandler;
import org.apache.james.smtpserver.SenderAuthIdentifyVerificationHook;
import org.apache.james.smtpserver.UsersRepositoryAuthHook;
import org.apache.james.smtpserver.fastfail.ValidRcptHandler;
import org.apache.mailet.Mail;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.fakes.Conversation;
import org.popbeforesmtp.fakes.MemoryMailServer;

/**
 * James's SMTP server without sockets and queue: its own handlers, in the order of its {@code CoreCmdHandlerLoader}, behind
 * the handlers that an operator configures.
 */
final class JamesSmtpServer {

    /** A mail that was accepted. */
    record Accepted(String sender, List<String> recipients, Map<String, Object> attributes) {

        /** What James's stock mailet container relays: mail of an authorised network or an authenticated user. */
        boolean isRelayed() {
            return attributes.containsKey("org.apache.james.SMTPAuthUser")
                    || Boolean.TRUE.equals(attributes.get("org.apache.james.SMTPIsAuthNetwork"));
        }
    }

    private final MemoryMailServer data;
    private final List<ProtocolHandler> configured = new ArrayList<>();
    private final List<ProtocolHandler> later = new ArrayList<>();
    private final List<Accepted> accepted = new ArrayList<>();
    private boolean authAnnounced;
    private boolean authAnnouncedOverTls = true;
    private boolean authInChain = true;
    private boolean verifyIdentity;
    private String authorizedNetwork = "none";

    JamesSmtpServer(MemoryMailServer data) {
        this.data = data;
    }

    /** Adds a {@code <handler>} to the {@code <handlerchain>}. */
    JamesSmtpServer handler(ProtocolHandler handler) {
        configured.add(handler);
        return this;
    }

    /** Adds a handler behind James's checks. */
    JamesSmtpServer coreHandler(ProtocolHandler handler) {
        later.add(handler);
        return this;
    }

    JamesSmtpServer announceAuth(boolean announced) {
        authAnnounced = announced;
        return this;
    }

    /** Announces AUTH neither before nor after STARTTLS. */
    JamesSmtpServer neverAnnounceAuth() {
        authAnnounced = false;
        authAnnouncedOverTls = false;
        return this;
    }

    /** Leaves the command out, as James's chain for port 25 does since 3.9. */
    JamesSmtpServer withoutAuthCommand() {
        authInChain = false;
        return this;
    }

    JamesSmtpServer verifyIdentity(boolean verified) {
        verifyIdentity = verified;
        return this;
    }

    /** Sets {@code <authorizedAddresses>} to all addresses that begin so. */
    JamesSmtpServer authorizedNetwork(String prefix) {
        authorizedNetwork = prefix;
        return this;
    }

    /** The mails accepted since the last call. */
    List<Accepted> takeAccepted() {
        List<Accepted> taken = List.copyOf(accepted);
        accepted.clear();
        return taken;
    }

    SmtpClient connect(ClientAddress client) throws Exception {
        return new SmtpClient(Conversation.open(chain(), client, this::session));
    }

    private ProtocolHandlerChain chain() throws Exception {
        MetricFactory metrics = new RecordingMetricFactory();
        List<ProtocolHandler> handlers = new ArrayList<>(configured);
        handlers.add(new ValidRcptHandler(data.users(), data.aliases(), data.domains()));
        handlers.add(new CommandDispatcher<SMTPSession>());
        if (authInChain) {
            handlers.add(new AuthCmdHandler());
        }
        handlers.add(new JamesDataCmdHandler(metrics));
        handlers.add(new EhloCmdHandler(metrics));
        handlers.add(new HeloCmdHandler(metrics));
        handlers.add(new JamesMailCmdHandler(metrics, data.domains()));
        handlers.add(new NoopCmdHandler());
        handlers.add(new QuitCmdHandler(metrics));
        handlers.add(new JamesRcptCmdHandler(metrics, data.domains()));
        handlers.add(new RsetCmdHandler());
        handlers.add(new MailSizeEsmtpExtension());
        handlers.add(new UsersRepositoryAuthHook(data.users(), (user, other) -> AuthorizationState.FORBIDDEN));
        handlers.add(new AuthRequiredToRelayRcptHook(data.domains()));
        handlers.add(new SenderAuthIdentifyVerificationHook(data.domains(), data.users(), data.canSendFrom()));
        handlers.addAll(later);
        handlers.add(new PostmasterAbuseRcptHook());
        handlers.add(new ReceivedDataLineFilter());
        handlers.add(new DataLineJamesMessageHookHandler());
        handlers.add(new StartTlsCmdHandler());
        handlers.add(new AddDefaultAttributesMessageHook());
        handlers.add(new Queue());
        handlers.add(new UnknownCmdHandler(metrics));
        handlers.add(new HookResultLogger());
        return Conversation.chain(handlers.toArray(ProtocolHandler[]::new));
    }

    private ExtendedSMTPSession session(ProtocolTransport transport) {
        return new ExtendedSMTPSession(new Settings(), transport) {
            @Override
            public boolean verifyIdentity() {
                return verifyIdentity;
            }
        };
    }

    /** Takes the place of James's {@code SendMailHandler}, at the end of all message hooks. */
    private final class Queue implements JamesMessageHook {

        @Override
        public HookResult onMessage(SMTPSession session, Mail mail) {
            Map<String, Object> attributes = new LinkedHashMap<>();
            mail.attributes()
                    .forEach(attribute -> attributes.put(
                            attribute.getName().asString(), attribute.getValue().value()));
            accepted.add(new Accepted(
                    mail.getMaybeSender().asString(),
                    mail.getRecipients().stream().map(MailAddress::asString).collect(Collectors.toList()),
                    attributes));
            return HookResult.builder()
                    .hookReturnCode(HookReturnCode.ok())
                    .smtpDescription("Message received")
                    .build();
        }
    }

    private final class Settings implements SMTPConfiguration {

        @Override
        public long getMaxMessageSize() {
            return 0;
        }

        @Override
        public boolean isRelayingAllowed(String remoteIp) {
            return remoteIp.startsWith(authorizedNetwork);
        }

        @Override
        public boolean isAuthAnnounced(String remoteIp, boolean tlsStarted) {
            return authAnnounced || (tlsStarted && authAnnouncedOverTls);
        }

        @Override
        public boolean useHeloEhloEnforcement() {
            return true;
        }

        @Override
        public boolean useAddressBracketsEnforcement() {
            return true;
        }

        @Override
        public boolean isPlainAuthEnabled() {
            return true;
        }

        @Override
        public Optional<OidcSASLConfiguration> saslConfiguration() {
            return Optional.empty();
        }

        @Override
        public String getHelloName() {
            return "mail.example.org";
        }

        @Override
        public String getGreeting() {
            return "";
        }

        @Override
        public String getSoftwareName() {
            return "James";
        }
    }
}
