// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.james.core.Domain;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.apache.james.core.Username;
import org.apache.james.protocols.api.handler.CommandHandler;
import org.apache.james.protocols.smtp.SMTPConfiguration;
import org.apache.james.protocols.smtp.SMTPConfigurationImpl;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.core.AbstractAuthRequiredToRelayRcptHook;
import org.apache.james.protocols.smtp.core.esmtp.AuthCmdHandler;
import org.apache.james.protocols.smtp.hook.HookResult;
import org.apache.james.protocols.smtp.hook.RcptHook;
import org.apache.james.protocols.smtp.utils.BaseFakeSMTPSession;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.smtp.RelayGrantHook;

/**
 * One unauthenticated connection to an SMTP server with our hook and James's own check of who may relay, as far as a mail to
 * another server goes.
 */
final class SmtpClient extends BaseFakeSMTPSession {

    private final RcptHook relayCheck = new AbstractAuthRequiredToRelayRcptHook() {
        @Override
        protected boolean isLocalDomain(Domain domain) {
            return domain.equals(Domain.of("example.com"));
        }
    };
    private final Map<State, Map<AttachmentKey<?>, Object>> attachments = new HashMap<>();
    private final RelayGrantHook hook;
    private final InetSocketAddress remote;
    private boolean relayingAllowed;

    SmtpClient(RelayGrantHook hook, String address) throws Exception {
        this.hook = hook;
        hook.wireExtensions(CommandHandler.class, List.of(new AuthCmdHandler()));
        this.remote = new InetSocketAddress(InetAddress.getByName(address), 40_000);
    }

    /**
     * Sends MAIL FROM and RCPT TO.
     *
     * @return the refusal, if the recipient is refused
     */
    Optional<String> relay(Optional<String> senderText) throws Exception {
        MailAddress recipient = new MailAddress("someone@example.net");
        MaybeSender sender =
                senderText.isPresent() ? MaybeSender.of(new MailAddress(senderText.get())) : MaybeSender.nullSender();
        hook.doMail(this, sender);
        setAttachment(SMTPSession.SENDER, sender, State.Transaction);
        HookResult ours = hook.doRcpt(this, sender, recipient);
        if (!ours.equals(HookResult.DECLINED)) {
            return Optional.of(ours.getSmtpRetCode() + " " + ours.getSmtpDescription());
        }
        HookResult result = relayCheck.doRcpt(this, sender, recipient);
        if (result.equals(HookResult.DECLINED)) {
            return Optional.empty();
        }
        HookResult explained = hook.onHookResult(this, result, 0, relayCheck);
        return Optional.of(explained.getSmtpRetCode() + " " + explained.getSmtpDescription());
    }

    @Override
    public InetSocketAddress getRemoteAddress() {
        return remote;
    }

    @Override
    public @Nullable Username getUsername() {
        return null;
    }

    @Override
    public boolean isAuthAnnounced() {
        return false;
    }

    /** AUTH is offered after STARTTLS, which this client does without. */
    @Override
    public SMTPConfiguration getConfiguration() {
        return new SMTPConfigurationImpl() {
            @Override
            public boolean isAuthAnnounced(String remoteIp, boolean tlsStarted) {
                return tlsStarted;
            }
        };
    }

    @Override
    public boolean isTLSStarted() {
        return false;
    }

    @Override
    public boolean isStartTLSSupported() {
        return true;
    }

    @Override
    public boolean isRelayingAllowed() {
        return relayingAllowed;
    }

    @Override
    public void setRelayingAllowed(boolean allowed) {
        relayingAllowed = allowed;
    }

    private Map<AttachmentKey<?>, Object> attachments(State state) {
        return attachments.computeIfAbsent(state, ignored -> new HashMap<>());
    }

    @Override
    public <T> Optional<T> setAttachment(AttachmentKey<T> key, T value, State state) {
        return key.convert(attachments(state).put(key, value));
    }

    @Override
    public <T> Optional<T> removeAttachment(AttachmentKey<T> key, State state) {
        return key.convert(attachments(state).remove(key));
    }

    @Override
    public <T> Optional<T> getAttachment(AttachmentKey<T> key, State state) {
        return key.convert(attachments(state).get(key));
    }
}
