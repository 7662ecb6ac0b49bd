// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.policy;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.block.Block;
import org.popbeforesmtp.block.Blocks;
import org.popbeforesmtp.block.KnownBlocks;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Protocol;
import org.popbeforesmtp.store.SessionGrants;
import org.popbeforesmtp.store.StoreUnavailableException;

/**
 * Decides whether a client may relay for a sender. The rules are applied to grants when they are used, not when they
 * are earned, so that a changed configuration also applies to existing grants. If in doubt the answer is no.
 */
public final class RelayPolicy {

    private final PolicySettings settings;
    private final SessionGrants store;
    private final KnownBlocks blocks;
    private final Senders senders;
    private final Coverage coverage;
    private final LoginsUnderWay underWay;
    private final RecentLogins recent;
    private final Clock clock;
    private final Clock wallClock;
    private final Tenure tenure;

    public RelayPolicy(
            PolicySettings settings, SessionGrants store, Senders senders, LoginsUnderWay underWay, Clock clock) {
        this(settings, store, KnownBlocks.NONE, senders, underWay, new RecentLogins(store, clock), clock, clock);
    }

    /**
     * A policy.
     *
     * @param blocks whom an administrator keeps from relaying on the grants of that store
     * @param recent where users have recently logged in
     * @param clock what measures how long grants last
     * @param wallClock the clock for the dates of the retirement; it may be set
     */
    public RelayPolicy(
            PolicySettings settings,
            SessionGrants store,
            KnownBlocks blocks,
            Senders senders,
            LoginsUnderWay underWay,
            RecentLogins recent,
            Clock clock,
            Clock wallClock) {
        this.settings = settings;
        this.store = store;
        this.blocks = blocks;
        this.senders = senders;
        this.coverage = new Coverage(senders, clock);
        this.underWay = underWay;
        this.recent = recent;
        this.clock = clock;
        this.wallClock = wallClock;
        this.tenure = Tenure.sinceTheStart(clock.instant());
    }

    private RelayPolicy(RelayPolicy before, PolicySettings settings) {
        this.settings = settings;
        this.store = before.store;
        this.blocks = before.blocks;
        this.senders = before.senders;
        this.coverage = before.coverage;
        this.underWay = before.underWay;
        this.recent = before.recent;
        this.clock = before.clock;
        this.wallClock = before.wallClock;
        this.tenure = before.tenure.change(before.settings.lifetime(), settings.lifetime(), clock.instant());
    }

    /** The policy that replaces this one with other settings, from now on. */
    public RelayPolicy under(PolicySettings changed) {
        return new RelayPolicy(this, changed);
    }

    /**
     * Whether a grant of the client, if there were one, could cover a sender. What it cannot cover need not be asked of
     * the store, so mail from elsewhere costs nothing.
     *
     * @param senderIsLocal says whether this server hosts the sender's domain; asked only if it matters
     */
    public boolean canCover(BooleanSupplier senderIsLocal) {
        return settings.sender() == SenderRule.ANY || senderIsLocal.getAsBoolean();
    }

    /**
     * Whether the sender is an address of a domain that this server hosts.
     *
     * @throws RuntimeException if the mail server cannot say
     */
    public boolean isLocal(Optional<String> sender) {
        return new Sender(senders, sender).isLocal();
    }

    /**
     * Whether the settings in force let a grant count. That alone allows nothing: its user may be gone, its address
     * shared; but it is cheap, because it asks neither the store nor James.
     */
    public boolean isInForce(Grant grant) {
        Instant now = clock.instant();
        return isUsable(grant)
                && settings.admitsAnyClientOf(grant.address())
                && !settings.excludesUserOf(grant)
                && !hasOutlivedTheSettings(grant, now)
                && blocks.lastKnown().of(grant.address(), grant.user(), now).isEmpty();
    }

    /** Decides; never throws. If the store or the mail server cannot answer, the reason is {@link Reason#UNKNOWN}. */
    public Decision decide(ClientAddress client, Optional<String> sender) {
        return decide(client, new Sender(senders, sender));
    }

    /**
     * Decides for a sender of a domain that this server hosts; nothing for another sender, whose mail is probably for a local user.
     *
     * @throws RuntimeException if the mail server cannot say which domains it hosts
     */
    public Optional<Decision> decideIfLocal(ClientAddress client, Optional<String> sender) {
        Sender asked = new Sender(senders, sender);
        return asked.isLocal() ? Optional.of(decide(client, asked)) : Optional.empty();
    }

    private Decision decide(ClientAddress client, Sender sender) {
        Decision decision =
                settings.retirement().applyTo(judgeNow(client, sender), sender.address(), wallClock.instant());
        return settings.isObserving()
                ? decision.grant()
                        .map(grant -> Decision.observe(grant, decision.seen()))
                        .orElse(decision)
                : decision;
    }

    private Decision judgeNow(ClientAddress client, Sender sender) {
        if (!settings.admits(client)) {
            return Decision.refuse(Reason.EXCLUDED, List.of());
        }
        List<Grant> seen = List.of();
        try {
            boolean coverable = canCover(sender::isLocal);
            ClientAddress address = settings.grantAddress(client);
            try {
                seen = store.find(address);
            } catch (StoreUnavailableException e) {
                seen = e.known();
                return coverable
                        ? judgeInPart(client, seen, sender, e)
                        : Decision.refuse(sender.isNull() ? Reason.NULL_SENDER : Reason.SENDER, seen);
            }
            return judge(client, blocks.at(address), seen, coverable, sender);
        } catch (Throwable e) {
            // Errors too: a class that is missing in this version of James must not end the session.
            return Decision.cannotTell(e, seen);
        }
    }

    /**
     * Decides for a client of which only the address is known: as for a sender that this server hosts, but that belongs
     * to nobody with a grant there.
     */
    public Decision decideForAnybody(ClientAddress client) {
        if (!settings.admits(client)) {
            return Decision.refuse(Reason.EXCLUDED, List.of());
        }
        try {
            ClientAddress address = settings.grantAddress(client);
            List<Grant> seen = store.find(address);
            boolean coverable = settings.sender() != SenderRule.LOGIN;
            return judge(client, blocks.at(address), seen, coverable, Sender.nobodys(senders));
        } catch (Throwable e) {
            return Decision.cannotTell(e, List.of());
        }
    }

    /**
     * Decides by the known grants while the store cannot say whether there are others. That they allow, are of too many
     * users or are blocked is certain; otherwise the decision is open, because an unknown grant may allow.
     */
    private Decision judgeInPart(
            ClientAddress client, List<Grant> known, Sender sender, StoreUnavailableException cause) {
        Decision decision = judge(client, blocks.lastKnown(), known, true, sender);
        boolean isCertain = decision.isAllowed()
                || decision.reason()
                        .filter(reason -> reason == Reason.SHARED || reason == Reason.BLOCKED)
                        .isPresent();
        return isCertain ? decision : Decision.cannotTell(cause, known);
    }

    private Decision judge(ClientAddress client, Blocks inForce, List<Grant> seen, boolean coverable, Sender sender) {
        Instant now = clock.instant();
        Optional<Block> ofAddress = inForce.ofAddress(client, now);
        if (ofAddress.isPresent()) {
            return Decision.block(ofAddress.get(), seen);
        }
        List<Grant> current =
                Coverage.only(seen, grant -> !hasOutlivedTheSettings(grant, now) && !isBlocked(grant, inForce, now));
        Decision decision = judgeByGrants(client, seen, current, coverable, sender);
        // A login would not help, as it would not be recorded.
        return decision.reason()
                .filter(reason -> reason.isHelpedByLogin() && !inForce.isEmpty())
                .flatMap(reason -> sender.user())
                .flatMap(user -> inForce.ofUser(user, now))
                .map(block -> Decision.block(block, seen))
                .orElse(decision);
    }

    private static boolean isBlocked(Grant grant, Blocks inForce, Instant now) {
        return !inForce.isEmpty()
                && grant.user().flatMap(user -> inForce.ofUser(user, now)).isPresent();
    }

    /**
     * Decides by grants.
     *
     * @param current those of the seen ones that neither the settings in force nor a block has ended
     */
    private Decision judgeByGrants(
            ClientAddress client, List<Grant> seen, List<Grant> current, boolean coverable, Sender sender) {
        if (!coverable && sender.isNull()) {
            return Decision.refuse(Reason.NULL_SENDER, seen);
        }
        // There are at most as many users as grants, which are counted already.
        if (settings.isShared(current.size())
                && settings.isShared(Coverage.usersOf(current).size())) {
            return Decision.refuse(Reason.SHARED, seen);
        }
        List<Grant> admitted = Coverage.only(current, grant -> !settings.excludesUserOf(grant));
        List<Grant> usable = Coverage.only(admitted, this::isUsable);
        if (usable.isEmpty()) {
            return Decision.refuse(
                    admitted.isEmpty() ? lacking(client, sender, Reason.NO_GRANT) : Reason.UNENCRYPTED, seen);
        }
        Optional<Grant> covering = coverable ? covering(client, usable, sender) : Optional.empty();
        return covering.map(grant -> Decision.allow(grant, seen))
                .orElseGet(() -> Decision.refuse(
                        lacking(client, sender, coverage.isAnyOfSomebody(usable) ? Reason.SENDER : Reason.NO_GRANT),
                        seen));
    }

    private Optional<Grant> covering(ClientAddress client, List<Grant> usable, Sender sender) {
        return settings.sender() == SenderRule.LOGIN
                ? coverage.ofUserWith(sender, usable, settings.grantAddress(client))
                : coverage.ofAnybody(sender, usable);
    }

    /** A refusal that a login would fix has another text while one is under way, and for users whom no login helps. */
    private Reason lacking(ClientAddress client, Sender sender, Reason reason) {
        if (settings.excludesUsers() && sender.user().filter(settings::excludes).isPresent()) {
            return Reason.USER_EXCLUDED;
        }
        if (underWay.isAnyAt(client)) {
            return Reason.LOGIN_UNDER_WAY;
        }
        return ofOtherIpVersion(client, sender).isPresent() ? Reason.OTHER_IP_VERSION : reason;
    }

    /**
     * The grant of a sender's user at an address of the version of IP that the client does not use, if this process has
     * seen one. Failures are ignored: this affects only the text.
     */
    public Optional<Grant> ofOtherIpVersion(ClientAddress client, Optional<String> sender) {
        return ofOtherIpVersion(client, new Sender(senders, sender));
    }

    private Optional<Grant> ofOtherIpVersion(ClientAddress client, Sender sender) {
        try {
            return recent.isEmpty()
                    ? Optional.empty()
                    : sender.user()
                            .flatMap(user -> recent.ofOtherIpVersion(user, client))
                            .filter(this::isInForce);
        } catch (RuntimeException | LinkageError e) {
            return Optional.empty();
        }
    }

    private boolean isUsable(Grant grant) {
        return grant.encrypted() || !settings.requireTls();
    }

    /**
     * Whether the settings in force would have ended a grant by now. The login is too long ago, or the settings have
     * changed since.
     */
    private boolean hasOutlivedTheSettings(Grant grant, Instant now) {
        return !grant.protocol().equals(Protocol.MANUAL)
                && (!now.isBefore(grant.grantedAt().plus(settings.lifetimeMax()).plus(Tenure.ROUNDING))
                        || tenure.ends(grant, settings.lifetime(), now));
    }
}
