// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.audit;

import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.address.Network;
import org.popbeforesmtp.block.Block;
import org.popbeforesmtp.config.ConfigurationChanges;
import org.popbeforesmtp.policy.BlockChange;
import org.popbeforesmtp.policy.Decision;
import org.popbeforesmtp.policy.GrantEvents;
import org.popbeforesmtp.policy.Reason;
import org.popbeforesmtp.policy.Revocation;
import org.popbeforesmtp.runtime.LogLimit;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;
import org.popbeforesmtp.store.StoreUnavailableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Writes one line for each grant, relay, refusal, revocation and change of a block (attempt and outcome) to the logger
 * {@code org.popbeforesmtp.audit}, the same facts in the text and in the MDC fields user, address, protocol and reason.
 * No value that a client chose can break out of its place in the line.
 */
public final class Audit implements GrantEvents {

    private static final Logger AUDIT = LoggerFactory.getLogger("org.popbeforesmtp.audit");
    private static final Logger LOGGER = LoggerFactory.getLogger("org.popbeforesmtp");

    private static final Pattern NOT_PLAIN = Pattern.compile("[^\\x21-\\x7e]");
    private static final Pattern NOT_PRINTABLE = Pattern.compile("[^\\x20-\\x7e]");
    private static final int REFUSALS_PER_SECOND = 20;
    private static final int DRAC_GRANTS_PER_SECOND = 100;

    /** Each needs a password, so hardly any site comes near this. */
    private static final int GRANTS_AND_RELAYS_PER_SECOND = 1000;

    private static final String[] FIELDS = {"user", "address", "protocol", "reason"};

    private final SharedAddresses shared;
    private final LogLimit refusals;
    private final LogLimit dracGrants;
    private final LogLimit grantsAndRelays;
    private final LogLimit troubles;

    public Audit(Clock clock, SharedAddresses shared) {
        this.shared = shared;
        this.refusals = new LogLimit(clock, REFUSALS_PER_SECOND);
        this.dracGrants = new LogLimit(clock, DRAC_GRANTS_PER_SECOND);
        this.grantsAndRelays = new LogLimit(clock, GRANTS_AND_RELAYS_PER_SECOND);
        this.troubles = new LogLimit(clock, 1);
    }

    @Override
    public void recorded(Grant grant) {
        // The others need a password; these only a datagram, whose source can be forged.
        LogLimit limit = grant.protocol().equals(Protocol.DRAC) ? dracGrants : grantsAndRelays;
        if (!limit.permits()) {
            return;
        }
        String user = user(grant.user());
        write(
                "granted address=" + grant.address() + " user=" + user + " protocol=" + grant.protocol() + " until="
                        + grant.expiresAt(),
                user,
                grant.address().toString(),
                grant.protocol().toString(),
                "");
    }

    @Override
    public void renewedAfterItEnded(Grant grant, Instant ended) {
        if (!grantsAndRelays.permits()) {
            return;
        }
        String user = user(grant.user());
        write(
                "renewed after it had ended address=" + grant.address() + " user=" + user + " protocol="
                        + grant.protocol() + " ended=" + ended + " until=" + grant.expiresAt(),
                user,
                grant.address().toString(),
                grant.protocol().toString(),
                "");
    }

    @Override
    public void excluded(Login login, Reason reason) {
        String user = user(login.user());
        String word = reason.word();
        if (refusals.permits()) {
            write(
                    "not granted address=" + login.address() + " user=" + user + " protocol=" + login.protocol()
                            + " reason=" + word,
                    user,
                    login.address().toString(),
                    login.protocol().toString(),
                    word);
        }
    }

    @Override
    public void notRecorded(Login login, Throwable cause) {
        trouble("A login could not be recorded, it grants nothing: " + message(cause), null);
    }

    @Override
    public void allowed(ClientAddress client, Optional<String> sender, Grant grant) {
        if (!grantsAndRelays.permits()) {
            return;
        }
        String user = user(grant.user());
        write(
                "relaying allowed address=" + client + " user=" + user + " protocol=" + grant.protocol() + " sender="
                        + sender(sender) + " loginAt=" + grant.grantedAt(),
                user,
                client.toString(),
                grant.protocol().toString(),
                "");
    }

    @Override
    public void manyRecipients(String holder, long recipients) {
        LOGGER.warn(
                "{} has named {} recipients of other servers on grants within an hour, which suggests a bot:"
                        + " search the audit log for this user, or set limit.recipientsPerHour",
                plain(holder),
                recipients);
    }

    @Override
    public void refused(ClientAddress client, Optional<String> sender, Decision decision) {
        Reason reason = decision.reason().orElse(Reason.UNKNOWN);
        String word = reason.word();
        if (reason == Reason.SHARED) {
            shared.met(decision.seen());
        }
        if (refusals.permits()) {
            write(
                    "relaying refused address=" + client + " sender=" + sender(sender) + " reason=" + word,
                    "",
                    client.toString(),
                    "",
                    word);
        }
        decision.cause()
                .ifPresent(cause -> trouble(
                        "It could not be decided whether a client may relay, so it may not: " + message(cause), null));
    }

    @Override
    public void revoking(Revocation revocation) {
        write("revocation attempted", revocation, "");
    }

    @Override
    public void revoked(Revocation revocation, int grants) {
        write("revoked", revocation, " grants=" + grants);
    }

    @Override
    public void revocationNotConfirmed(Revocation revocation, Throwable cause) {
        write("revocation not confirmed", revocation, "");
        LOGGER.warn("A revocation is not confirmed, repeat it until it is answered with 200: {}", message(cause));
    }

    private static void write(String what, Revocation revocation, String result) {
        String user = revocation.user().map(Audit::plain).orElse("");
        String address = revocation.address().map(ClientAddress::toString).orElse("");
        String whose = user.isEmpty() ? " address=" + address : " user=" + user;
        write(what + whose + result + " by=" + plain(revocation.by()), user, address, "", "");
    }

    @Override
    public void changingBlock(BlockChange change) {
        write(change.block().isPresent() ? "block attempted" : "end of block attempted", change, "");
    }

    @Override
    public void blockChanged(BlockChange change, int grants) {
        write(
                change.block().isPresent() ? "blocked" : "block ended",
                change,
                change.block()
                        .map(block -> " until=" + block.until() + " grants=" + grants)
                        .orElse(""));
    }

    @Override
    public void blockChangeNotConfirmed(BlockChange change, Throwable cause) {
        write(change.block().isPresent() ? "block not confirmed" : "end of block not confirmed", change, "");
        LOGGER.warn(
                "A change of a block is not confirmed, repeat it until it is answered with 200: {}", message(cause));
    }

    private static void write(String what, BlockChange change, String result) {
        String user = change.target().user().map(Audit::plain).orElse("");
        String network = change.target().network().map(Network::toString).orElse("");
        String whose = user.isEmpty() ? " network=" + network : " user=" + user;
        // Last, as it is the one text with blanks.
        String why = change.block()
                .map(Block::reason)
                .filter(reason -> !reason.isEmpty())
                .map(reason -> " because: " + NOT_PRINTABLE.matcher(reason).replaceAll("?"))
                .orElse("");
        write(what + whose + result + " by=" + plain(change.by()) + why, user, network, "", "");
    }

    @Override
    public void failed(String where, Throwable cause) {
        trouble(where + " failed; the session continues without a grant", cause);
    }

    /** The configuration was read again. */
    public void reloaded(ConfigurationChanges changes, String by) {
        String what = changes.isEmpty()
                ? "nothing has changed"
                : NOT_PRINTABLE.matcher(changes.toString()).replaceAll("?");
        write("configuration reloaded by=" + plain(by) + " changed: " + what, "", "", "", "");
    }

    /** Says how many lines were left out, if any were. To be called about once a second. */
    public void reportSuppressed() {
        reportSuppressed(refusals, "refusals", REFUSALS_PER_SECOND);
        reportSuppressed(dracGrants, "grants from DRAC", DRAC_GRANTS_PER_SECOND);
        reportSuppressed(grantsAndRelays, "grants and relays", GRANTS_AND_RELAYS_PER_SECOND);
        long more = troubles.takeSuppressed();
        if (more > 0) {
            LOGGER.warn("{} more warnings of this kind", more);
        }
    }

    private static void reportSuppressed(LogLimit limit, String what, int perSecond) {
        long left = limit.takeSuppressed();
        if (left > 0) {
            AUDIT.info("{} more {} were not written: at most {} a second are", left, what, perSecond);
        }
    }

    /** In one line; an exception of an unexpected kind is named, because its message alone says too little. */
    private static String message(Throwable cause) {
        String text =
                cause instanceof StoreUnavailableException ? String.valueOf(cause.getMessage()) : cause.toString();
        return NOT_PRINTABLE.matcher(text).replaceAll("?");
    }

    private void trouble(String text, @Nullable Throwable cause) {
        if (troubles.permits()) {
            LOGGER.warn(text, cause);
        }
    }

    /** James has fields of the same names for the session; they are there again afterwards. */
    private static void write(String line, String... values) {
        String[] before = new String[FIELDS.length];
        for (int i = 0; i < FIELDS.length; i++) {
            before[i] = MDC.get(FIELDS[i]);
            if (!values[i].isEmpty()) {
                MDC.put(FIELDS[i], values[i]);
            }
        }
        try {
            AUDIT.info(line);
        } finally {
            for (int i = 0; i < FIELDS.length; i++) {
                restore(FIELDS[i], before[i]);
            }
        }
    }

    private static void restore(String field, @Nullable String value) {
        if (value == null) {
            MDC.remove(field);
        } else {
            MDC.put(field, value);
        }
    }

    private static String user(Optional<String> user) {
        return user.map(Audit::plain).orElse("-");
    }

    private static String sender(Optional<String> sender) {
        return "<" + sender.map(Audit::plain).orElse("") + ">";
    }

    /** Log lines have been forged through such texts before (BID 2986): only visible ASCII gets in, and no blanks. */
    private static String plain(String text) {
        return NOT_PLAIN.matcher(text).replaceAll("?");
    }
}
