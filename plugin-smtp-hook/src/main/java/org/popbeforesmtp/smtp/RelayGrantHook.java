// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.smtp;

import com.google.inject.Inject;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.Optional;
import org.apache.commons.configuration2.Configuration;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.apache.james.protocols.api.ProtocolSession.AttachmentKey;
import org.apache.james.protocols.api.ProtocolSession.State;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.hook.Hook;
import org.apache.james.protocols.smtp.hook.HookResult;
import org.apache.james.protocols.smtp.hook.HookResultHook;
import org.apache.james.protocols.smtp.hook.MailHook;
import org.apache.james.protocols.smtp.hook.RcptHook;
import org.apache.james.smtpserver.JamesMessageHook;
import org.apache.mailet.Mail;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.james.PopBeforeSmtp;
import org.popbeforesmtp.mail.RelayStamp;
import org.popbeforesmtp.policy.Decision;
import org.popbeforesmtp.policy.GrantEvents;
import org.popbeforesmtp.policy.RelayPolicy;
import org.popbeforesmtp.store.Grant;

/**
 * Lets a client relay that has an active grant. The operator names it first in each {@code <handlerchain>} of
 * {@code smtpserver.xml} that may relay.
 *
 * <p>It decides at MAIL FROM, anew for each transaction, and confirms at each RCPT TO that the grant has not ended. It
 * never accepts or refuses anything itself: it gives or takes back the session's right to relay and lets James go on, so
 * all of James's own checks stay in force. Where James then refuses to relay, the text of that refusal becomes one that
 * tells the user what to do.
 *
 * <p>The store is asked only where a grant could matter. A session that has authenticated or comes from an authorised
 * network is none of our business.
 */
public final class RelayGrantHook implements MailHook, RcptHook, JamesMessageHook, HookResultHook {

    /** What was decided for the transaction under way. */
    private static final AttachmentKey<Decision> DECISION =
            AttachmentKey.of("org.popbeforesmtp.smtp.decision", Decision.class);

    /** The grant that the transaction began to use, even if it has ended since. */
    private static final AttachmentKey<Grant> USED = AttachmentKey.of("org.popbeforesmtp.smtp.used", Grant.class);

    /** That this transaction relays has been told. */
    private static final AttachmentKey<Boolean> RELAY_TOLD =
            AttachmentKey.of("org.popbeforesmtp.smtp.relayTold", Boolean.class);

    /** That this transaction was refused has been told. */
    private static final AttachmentKey<Boolean> REFUSAL_TOLD =
            AttachmentKey.of("org.popbeforesmtp.smtp.refusalTold", Boolean.class);

    private final RelayPolicy policy;
    private final RelayRefusal refusal;
    private final GrantEvents events;
    private final Clock clock;

    @Inject
    public RelayGrantHook(PopBeforeSmtp product) {
        this(
                product.policy(),
                new RelayRefusal(
                        product.configuration().refusalTexts(),
                        product.configuration().onStoreFailure()),
                product.events(),
                product.clock());
    }

    RelayGrantHook(RelayPolicy policy, RelayRefusal refusal, GrantEvents events, Clock clock) {
        this.policy = policy;
        this.refusal = refusal;
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
    public HookResult doMail(SMTPSession session, MaybeSender sender) {
        guarded(session, "Deciding at MAIL FROM", () -> {
            forget(session);
            RelayRight.takeBack(session);
            if (!RelayRight.isOfAnotherKind(session) && policy.isLocal(addressOf(sender))) {
                decide(session, addressOf(sender));
            }
        });
        return HookResult.DECLINED;
    }

    @Override
    public HookResult doRcpt(SMTPSession session, MaybeSender sender, MailAddress recipient) {
        guarded(session, "Confirming at RCPT TO", () -> {
            if (session.getAttachment(DECISION, State.Transaction).isEmpty()) {
                // Another hook may have accepted the sender before we were asked; a right from before ends here then.
                RelayRight.takeBack(session);
            }
            if (!RelayRight.isOfAnotherKind(session)) {
                if (mustAskAgain(session, sender, recipient)) {
                    decide(session, addressOf(sender));
                }
                tellRelay(session, sender, recipient);
            }
        });
        return HookResult.DECLINED;
    }

    @Override
    public HookResult onMessage(SMTPSession session, Mail mail) {
        guarded(session, "Stamping a mail", () -> {
            Optional<Grant> used = session.getAttachment(USED, State.Transaction);
            if (used.isEmpty()) {
                RelayRight.takeBack(session);
            } else if (session.getUsername() == null) {
                // Also if the grant has ended since: recipients were accepted on it, and what is accepted is delivered.
                RelayRight.give(session);
                clientOf(session).ifPresent(client -> RelayStamp.put(mail, client, used.get()));
            }
        });
        return HookResult.DECLINED;
    }

    @Override
    public HookResult onHookResult(SMTPSession session, HookResult result, long executionTime, Hook hook) {
        HookResult[] reply = {result};
        if (RelayRefusal.is(result, hook)) {
            guarded(session, "Explaining a refusal", () -> {
                if (!RelayRight.isOfAnotherKind(session)) {
                    reply[0] = explained(session, result);
                }
            });
        }
        return reply[0];
    }

    /** A grant that has ended may have been renewed; and a sender from elsewhere is covered only where anybody is. */
    private boolean mustAskAgain(SMTPSession session, MaybeSender sender, MailAddress recipient) {
        return session.getAttachment(DECISION, State.Transaction)
                .map(decision -> decision.grant()
                        .filter(grant -> !grant.isActiveAt(clock.instant()))
                        .isPresent())
                .orElseGet(
                        () -> policy.canCover(addressOf(sender)) && !policy.isLocal(Optional.of(recipient.asString())));
    }

    private void decide(SMTPSession session, Optional<String> sender) {
        Optional<ClientAddress> client = clientOf(session);
        if (client.isEmpty()) {
            return;
        }
        Decision decision = policy.decide(client.get(), sender);
        session.setAttachment(DECISION, decision, State.Transaction);
        if (decision.grant().isPresent()) {
            RelayRight.give(session);
            session.setAttachment(USED, decision.grant().get(), State.Transaction);
        } else {
            RelayRight.takeBack(session);
        }
    }

    private void tellRelay(SMTPSession session, MaybeSender sender, MailAddress recipient) {
        Optional<Grant> grant =
                session.getAttachment(DECISION, State.Transaction).flatMap(Decision::grant);
        if (grant.isEmpty()
                || session.getAttachment(RELAY_TOLD, State.Transaction).isPresent()
                || policy.isLocal(Optional.of(recipient.asString()))) {
            return;
        }
        session.setAttachment(RELAY_TOLD, true, State.Transaction);
        clientOf(session).ifPresent(client -> events.allowed(client, addressOf(sender), grant.get()));
    }

    private HookResult explained(SMTPSession session, HookResult result) {
        Optional<ClientAddress> client = clientOf(session);
        if (client.isEmpty()) {
            return result;
        }
        Optional<String> sender =
                session.getAttachment(SMTPSession.SENDER, State.Transaction).flatMap(RelayGrantHook::addressOf);
        boolean isNew = session.getAttachment(DECISION, State.Transaction).isEmpty();
        if (isNew) {
            decide(session, sender);
        }
        Decision decision = session.getAttachment(DECISION, State.Transaction).orElseThrow(IllegalStateException::new);
        if (decision.isAllowed()) {
            // The right has been given only now, so what was refused for the lack of it goes on.
            return isNew ? HookResult.DECLINED : result;
        }
        if (session.setAttachment(REFUSAL_TOLD, true, State.Transaction).isEmpty()) {
            events.refused(client.get(), sender, decision);
        }
        return refusal.explain(result, decision.reason().orElseThrow(IllegalStateException::new), client.get());
    }

    private static void forget(SMTPSession session) {
        session.removeAttachment(DECISION, State.Transaction);
        session.removeAttachment(USED, State.Transaction);
        session.removeAttachment(RELAY_TOLD, State.Transaction);
        session.removeAttachment(REFUSAL_TOLD, State.Transaction);
    }

    /** Whatever goes wrong, nobody relays for it, and the session goes on as if we were not there. */
    private void guarded(SMTPSession session, String what, Runnable work) {
        try {
            work.run();
        } catch (Throwable e) {
            RelayRight.takeBack(session);
            events.failed(what, e);
        }
    }

    private static Optional<String> addressOf(MaybeSender sender) {
        return sender.asOptional().map(MailAddress::asString);
    }

    private static Optional<ClientAddress> clientOf(SMTPSession session) {
        return Optional.ofNullable(session.getRemoteAddress())
                .map(InetSocketAddress::getAddress)
                .map((InetAddress address) -> ClientAddress.of(address));
    }
}
