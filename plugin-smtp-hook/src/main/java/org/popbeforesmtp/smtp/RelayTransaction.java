// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.smtp;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.james.core.MailAddress;
import org.apache.james.core.MaybeSender;
import org.apache.james.protocols.api.ProtocolSession.AttachmentKey;
import org.apache.james.protocols.api.ProtocolSession.State;
import org.apache.james.protocols.smtp.SMTPSession;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.policy.Decision;
import org.popbeforesmtp.policy.Reason;
import org.popbeforesmtp.store.Grant;

/**
 * The state of one mail transaction: what was decided, which grant it used, and which events were reported. It starts
 * afresh with each MAIL FROM. Belongs to one session, whose calls James makes one after the other.
 */
final class RelayTransaction {

    private static final AttachmentKey<RelayTransaction> KEY =
            AttachmentKey.of("org.popbeforesmtp.smtp.transaction", RelayTransaction.class);

    private static final Duration BETWEEN_QUESTIONS = Duration.ofSeconds(1);

    private final MaybeSender sender;
    private @Nullable Decision decision;
    private @Nullable Grant used;
    private @Nullable Instant askedAgain;
    private @Nullable Grant counted;
    private boolean relayReported;
    private boolean refusalReported;
    private @Nullable Boolean senderIsLocal;
    private BooleanSupplier recipientIsElsewhere = () -> false;
    private final Set<MailAddress> elsewheres = new HashSet<>();

    private RelayTransaction(MaybeSender sender) {
        this.sender = sender;
    }

    /**
     * The transaction under way. One that began with another sender than James has now is over: James refused that sender
     * after all, and another hook accepted the next one before ours was asked. Nothing is known of the new transaction then.
     */
    static RelayTransaction of(SMTPSession session) {
        Optional<MaybeSender> sender = session.getAttachment(SMTPSession.SENDER, State.Transaction);
        return session.getAttachment(KEY, State.Transaction)
                .filter(transaction -> sender.map(transaction.sender::equals).orElse(true))
                .orElseGet(() -> begin(session, sender.orElse(MaybeSender.nullSender())));
    }

    /** A transaction that begins with MAIL FROM. */
    static RelayTransaction begin(SMTPSession session, MaybeSender sender) {
        RelayTransaction transaction = new RelayTransaction(sender);
        session.setAttachment(KEY, transaction, State.Transaction);
        return transaction;
    }

    Optional<Decision> decision() {
        return Optional.ofNullable(decision);
    }

    /** The grant that the transaction began to use, even if it has ended since. */
    Optional<Grant> used() {
        return Optional.ofNullable(used);
    }

    void decided(Decision newDecision) {
        decision = newDecision;
        newDecision.grant().ifPresent(grant -> used = grant);
    }

    /**
     * An unexpected failure: for this recipient nothing is known, and the next one asks at once. What was accepted
     * before stays accepted.
     */
    void failed(Throwable cause) {
        decision = Decision.cannotTell(cause, List.of());
        askedAgain = null;
    }

    void senderIsLocal(boolean isLocal) {
        senderIsLocal = isLocal;
    }

    /**
     * Whether this server hosts the sender's domain.
     *
     * @param question asks the mail server, if that has not been done in this transaction
     */
    boolean senderIsLocal(BooleanSupplier question) {
        if (senderIsLocal == null) {
            senderIsLocal = question.getAsBoolean();
        }
        return senderIsLocal;
    }

    /**
     * A recipient is named.
     *
     * @param isElsewhere asks the mail server whether only a client with the right to relay may name them
     */
    void recipientIs(MailAddress recipient, BooleanSupplier isElsewhere) {
        recipientIsElsewhere = () -> {
            boolean answer = isElsewhere.getAsBoolean();
            recipientIsElsewhere = () -> answer;
            if (answer) {
                elsewheres.add(recipient);
            }
            return answer;
        };
    }

    /** The recipient named last was counted for the holder of a grant. */
    void counted(Grant grant) {
        counted = grant;
    }

    /** The grant that the recipient named last was counted for, if it was; returned only once. */
    Optional<Grant> takeCounted() {
        Optional<Grant> taken = Optional.ofNullable(counted);
        counted = null;
        return taken;
    }

    /** How many of the recipients are ones that only a client with the right to relay may name, as far as that was asked. */
    int elsewhereAmong(Collection<MailAddress> recipients) {
        return (int) recipients.stream().filter(elsewheres::contains).count();
    }

    /** Whether the recipient named last is one that only a client with the right to relay may name. */
    boolean recipientIsElsewhere() {
        return recipientIsElsewhere.getAsBoolean();
    }

    /**
     * Whether to decide again: the grant has ended and may have been renewed, or there was none and there may be one by
     * now. At most once a second.
     */
    boolean mustAskAgain(Instant now) {
        if (decision == null) {
            askedAgain = now;
            return true;
        }
        if (decision.grant().filter(grant -> grant.isActiveAt(now)).isPresent()) {
            return false;
        }
        if (decision.reason().filter(Reason.EXCLUDED::equals).isPresent()
                || (askedAgain != null
                        && now.isBefore(askedAgain.plus(BETWEEN_QUESTIONS))
                        && !now.isBefore(askedAgain))) {
            return false;
        }
        askedAgain = now;
        return true;
    }

    /** Whether this is the first report that this transaction relays. */
    boolean reportsRelay() {
        boolean isFirst = !relayReported;
        relayReported = true;
        return isFirst;
    }

    /** Whether this is the first report that this transaction was refused. */
    boolean reportsRefusal() {
        boolean isFirst = !refusalReported;
        refusalReported = true;
        return isFirst;
    }
}
