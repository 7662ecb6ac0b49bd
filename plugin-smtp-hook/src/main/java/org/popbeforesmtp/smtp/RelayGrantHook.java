// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.smtp;

import com.google.inject.Inject;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.commons.configuration2.Configuration;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.apache.james.protocols.api.ProtocolSession.State;
import org.apache.james.protocols.api.handler.CommandHandler;
import org.apache.james.protocols.api.handler.ExtensibleHandler;
import org.apache.james.protocols.smtp.SMTPSession;
import org.apache.james.protocols.smtp.hook.Hook;
import org.apache.james.protocols.smtp.hook.HookResult;
import org.apache.james.protocols.smtp.hook.HookResultHook;
import org.apache.james.protocols.smtp.hook.HookReturnCode;
import org.apache.james.protocols.smtp.hook.MailHook;
import org.apache.james.protocols.smtp.hook.RcptHook;
import org.apache.james.smtpserver.JamesMessageHook;
import org.apache.mailet.Mail;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.james.PopBeforeSmtp;
import org.popbeforesmtp.mail.RelayStamp;
import org.popbeforesmtp.policy.Decision;
import org.popbeforesmtp.policy.GrantEvents;
import org.popbeforesmtp.policy.Reason;
import org.popbeforesmtp.policy.RecipientLimit;
import org.popbeforesmtp.policy.RelayPolicy;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.StoreUnavailableException;

/**
 * Lets a client relay that has an active grant. The operator names it first in each {@code <handlerchain>} of
 * {@code smtpserver.xml} that may relay.
 *
 * <p>It decides at MAIL FROM, anew for each transaction, and confirms at each RCPT TO that the grant has not ended. It
 * never accepts anything itself, and refuses nothing but recipients beyond {@code limit.recipientsPerHour}: it gives or
 * takes back the session's right to relay and lets James go on, so the checks that James makes of any client that may
 * relay stay in force. Where James then refuses to relay, the text of that refusal becomes one that tells the user what
 * to do.
 *
 * <p>The store is asked only where a grant could matter. It does not touch a session that has authenticated or comes
 * from an authorised network.
 */
public final class RelayGrantHook implements MailHook, RcptHook, JamesMessageHook, HookResultHook, ExtensibleHandler {

    private final Supplier<RelayPolicy> policies;
    private final RecipientLimit limit;
    private final RelayRefusal refusal;
    private final GrantEvents events;
    private final Clock clock;
    private volatile AuthOffer authOffer = AuthOffer.of(List.of());

    @Inject
    public RelayGrantHook(PopBeforeSmtp product) {
        this(
                product::policy,
                product.recipientLimit(),
                new RelayRefusal(
                        () -> product.configuration().refusalTexts(),
                        () -> product.configuration().onStoreFailure()),
                product.events(),
                product.clock());
        product.sources().addUse();
    }

    RelayGrantHook(
            Supplier<RelayPolicy> policies,
            RecipientLimit limit,
            RelayRefusal refusal,
            GrantEvents events,
            Clock clock) {
        this.policies = policies;
        this.limit = limit;
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
    public List<Class<?>> getMarkerInterfaces() {
        return List.of(CommandHandler.class);
    }

    /** James passes the handlers of the chain. */
    @Override
    public void wireExtensions(Class<?> markerInterface, List<?> handlers) {
        authOffer = AuthOffer.of(handlers);
    }

    @Override
    public HookResult doMail(SMTPSession session, MaybeSender sender) {
        return guarded(session, "Deciding at MAIL FROM", HookResult.DECLINED, () -> {
            RelayTransaction transaction = RelayTransaction.begin(session, sender);
            RelayRight.takeBack(session);
            if (!RelayRight.isOfAnotherKind(session)) {
                clientOf(session).ifPresent(client -> {
                    Optional<Decision> decision = policy().decideIfLocal(client, addressOf(sender));
                    transaction.senderIsLocal(decision.isPresent());
                    decision.ifPresent(decided -> apply(session, transaction, decided));
                });
            }
            SubmissionObserver.observe(session, events);
            return HookResult.DECLINED;
        });
    }

    @Override
    public HookResult doRcpt(SMTPSession session, MaybeSender sender, MailAddress recipient) {
        return guarded(session, "Confirming at RCPT TO", HookResult.DECLINED, () -> {
            RelayTransaction transaction = RelayTransaction.of(session);
            // The recipient before stays counted, whatever becomes of this one.
            transaction.takeCounted();
            if (transaction.decision().isEmpty()) {
                // Another hook may have accepted the sender before this one was asked; then an earlier right ends here.
                RelayRight.takeBack(session);
            }
            if (RelayRight.isOfAnotherKind(session)) {
                return HookResult.DECLINED;
            }
            transaction.recipientIs(recipient, () -> !policy().isLocal(Optional.of(recipient.asString())));
            if (mayUseGrant(transaction, addressOf(sender)) && transaction.mustAskAgain(clock.instant())) {
                decide(session, transaction, addressOf(sender));
            }
            Optional<HookResult> tooMany = count(session, transaction, sender);
            if (tooMany.isEmpty()) {
                reportRelay(session, transaction, sender);
            }
            return tooMany.orElse(HookResult.DECLINED);
        });
    }

    @Override
    public HookResult onMessage(SMTPSession session, Mail mail) {
        return guarded(session, "Stamping a mail", HookResult.DECLINED, () -> {
            RelayTransaction transaction = RelayTransaction.of(session);
            // From here on a refusal concerns the message.
            transaction.takeCounted();
            Optional<Grant> used = transaction.used();
            if (used.isEmpty()) {
                RelayRight.takeBack(session);
            } else if (session.getUsername() == null) {
                // Also if the grant has ended since: recipients were accepted on it, and what is accepted is delivered.
                RelayRight.give(session);
                clientOf(session).ifPresent(client -> stamp(mail, client, used.get(), transaction));
            }
            return HookResult.DECLINED;
        });
    }

    private void stamp(Mail mail, ClientAddress client, Grant used, RelayTransaction transaction) {
        RelayStamp.put(mail, client, used);
        int elsewhere = transaction.elsewhereAmong(mail.getRecipients());
        if (elsewhere > 0) {
            events.accepted(client, used, elsewhere);
        }
    }

    @Override
    public HookResult onHookResult(SMTPSession session, HookResult result, long executionTime, Hook hook) {
        if (hook instanceof RcptHook && hook != this && isRefusal(result)) {
            guarded(session, "Taking a recipient back", result, () -> {
                RelayTransaction.of(session).takeCounted().ifPresent(limit::takeBack);
                return result;
            });
        }
        if (!RelayRefusal.is(result, hook)) {
            return result;
        }
        return guarded(
                session,
                "Explaining a refusal",
                () -> RelayRight.isOfAnotherKind(session)
                        ? result
                        : explained(session, result, RelayRefusal.isOfRelaying(hook)),
                () -> guarded(session, "Explaining a failure", result, () -> explainedFailure(session, result)));
    }

    /**
     * Whether a grant could matter for the recipient. One that the transaction has used is confirmed at local recipients
     * too: a right that has ended must not open anything else.
     */
    private boolean mayUseGrant(RelayTransaction transaction, Optional<String> sender) {
        boolean isAllowed = transaction.decision().filter(Decision::isAllowed).isPresent();
        return isAllowed || (canCover(transaction, sender) && transaction.recipientIsElsewhere());
    }

    /** Whether a grant could cover the sender. For mail from elsewhere, MAIL FROM has answered it as a rule. */
    private boolean canCover(RelayTransaction transaction, Optional<String> sender) {
        return policy().canCover(() -> isLocal(transaction, sender));
    }

    private boolean isLocal(RelayTransaction transaction, Optional<String> sender) {
        return transaction.senderIsLocal(() -> policy().isLocal(sender));
    }

    /** The policy in force. */
    private RelayPolicy policy() {
        return policies.get();
    }

    private void decide(SMTPSession session, RelayTransaction transaction, Optional<String> sender) {
        clientOf(session).ifPresent(client -> apply(session, transaction, policy().decide(client, sender)));
    }

    private static void apply(SMTPSession session, RelayTransaction transaction, Decision decision) {
        transaction.decided(decision);
        if (decision.isAllowed()) {
            RelayRight.give(session);
        } else {
            RelayRight.takeBack(session);
        }
    }

    /** Counts a recipient that is named on a grant; the refusal if there were too many before it. */
    private Optional<HookResult> count(SMTPSession session, RelayTransaction transaction, MaybeSender sender) {
        Optional<Grant> grant = transaction.decision().flatMap(Decision::grant);
        Optional<ClientAddress> client = clientOf(session);
        if (grant.isEmpty() || client.isEmpty() || !transaction.recipientIsElsewhere()) {
            return Optional.empty();
        }
        try {
            Optional<Duration> wait = limit.name(grant.get());
            if (wait.isEmpty()) {
                transaction.counted(grant.get());
                return Optional.empty();
            }
            if (transaction.reportsRefusal()) {
                List<Grant> seen = transaction.decision().map(Decision::seen).orElse(List.of());
                events.refused(client.get(), addressOf(sender), Decision.refuse(Reason.LIMIT, seen));
            }
            return Optional.of(
                    refusal.ofLimit(client.get(), clock.instant().plus(wait.get()), authOffer.isMadeTo(session)));
        } catch (StoreUnavailableException e) {
            // Without the right James refuses this recipient now, and what it says is explained.
            RelayRight.takeBack(session);
            transaction.failed(e);
            return Optional.empty();
        }
    }

    private static boolean isRefusal(HookResult result) {
        HookReturnCode.Action action = result.getResult().getAction();
        return action == HookReturnCode.Action.DENY || action == HookReturnCode.Action.DENYSOFT;
    }

    private void reportRelay(SMTPSession session, RelayTransaction transaction, MaybeSender sender) {
        Optional<Grant> grant = transaction.decision().flatMap(Decision::grant);
        if (grant.isPresent() && transaction.recipientIsElsewhere() && transaction.reportsRelay()) {
            clientOf(session).ifPresent(client -> events.allowed(client, addressOf(sender), grant.get()));
        }
    }

    private HookResult explained(SMTPSession session, HookResult result, boolean isOfRelaying) {
        Optional<ClientAddress> client = clientOf(session);
        if (client.isEmpty()) {
            return result;
        }
        Optional<String> sender =
                session.getAttachment(SMTPSession.SENDER, State.Transaction).flatMap(RelayGrantHook::addressOf);
        RelayTransaction transaction = RelayTransaction.of(session);
        if (!isOfRelaying && !canCover(transaction, sender)) {
            // No grant would have spared this client the check that it failed.
            return result;
        }
        boolean isNew = transaction.decision().isEmpty();
        if (isNew) {
            decide(session, transaction, sender);
        }
        Decision decision = transaction.decision().orElseThrow(IllegalStateException::new);
        if (decision.isAllowed()) {
            // The right has been given only now, so what was refused for lack of it is accepted.
            return isNew ? HookResult.DECLINED : result;
        }
        if (!isOfRelaying && !transaction.recipientIsElsewhere() && !isLocal(transaction, sender)) {
            // Inbound mail, as far as can be known.
            return result;
        }
        if (transaction.reportsRefusal()) {
            events.refused(client.get(), sender, decision);
        }
        return refusal.explain(
                result,
                decision.reason().orElseThrow(IllegalStateException::new),
                client.get(),
                authOffer.isMadeTo(session));
    }

    private HookResult explainedFailure(SMTPSession session, HookResult result) {
        return clientOf(session)
                .map(client -> refusal.explain(result, Reason.UNKNOWN, client, authOffer.isMadeTo(session)))
                .orElse(result);
    }

    /** Whatever fails, nobody relays because of it, and the session continues with another answer. */
    private HookResult guarded(SMTPSession session, String what, HookResult otherwise, Supplier<HookResult> work) {
        return guarded(session, what, work, () -> otherwise);
    }

    private HookResult guarded(
            SMTPSession session, String what, Supplier<HookResult> work, Supplier<HookResult> otherwise) {
        try {
            return work.get();
        } catch (Throwable e) {
            recover(session, e);
            events.failed(what, e);
            return otherwise.get();
        }
    }

    private static void recover(SMTPSession session, Throwable cause) {
        RelayRight.takeBack(session);
        try {
            RelayTransaction.of(session).failed(cause);
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
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
