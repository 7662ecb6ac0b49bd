// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.policy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.GrantStore;
import org.popbeforesmtp.store.Protocol;
import org.popbeforesmtp.store.StoreUnavailableException;

/**
 * Decides whether a client may relay for a sender. The rules are applied to grants when they are used, not when they are
 * earned, so that a changed configuration also holds for grants from before. If in doubt the answer is no.
 */
public final class RelayPolicy {

    /** What two clocks may differ by when a store converts its own time to this process's. */
    private static final Duration ROUNDING = Duration.ofSeconds(1);

    private final PolicySettings settings;
    private final GrantStore store;
    private final Senders senders;
    private final Clock clock;
    private final Instant startedAt;

    public RelayPolicy(PolicySettings settings, GrantStore store, Senders senders, Clock clock) {
        this.settings = settings;
        this.store = store;
        this.senders = senders;
        this.clock = clock;
        this.startedAt = clock.instant();
    }

    /**
     * Whether a grant of the client, if there were one, could cover a sender. What it cannot cover need not be asked of
     * the store, so mail from elsewhere costs nothing.
     *
     * @param sender the address in MAIL FROM; empty for the null sender
     * @throws RuntimeException if the mail server cannot tell which domains it hosts
     */
    public boolean canCover(Optional<String> sender) {
        return settings.sender() == SenderRule.ANY || isLocal(sender);
    }

    /** Whether the sender is an address of a domain that this server hosts. */
    public boolean isLocal(Optional<String> sender) {
        return sender.filter(address -> senders.isLocalDomain(address.substring(address.lastIndexOf('@') + 1)))
                .isPresent();
    }

    /**
     * Whether the settings in force let a grant count. That alone allows nothing: its user may be gone, its address shared;
     * but it is cheap, as nobody is asked.
     */
    public boolean isInForce(Grant grant) {
        return isUsable(grant) && settings.admitsAnyClientOf(grant.address()) && !hasOutlivedTheSettings(grant);
    }

    /** Decides; never throws. Where the store or the mail server cannot tell, the reason is {@link Reason#UNKNOWN}. */
    public Decision decide(ClientAddress client, Optional<String> sender) {
        if (!settings.admits(client)) {
            return Decision.refuse(Reason.EXCLUDED, List.of());
        }
        List<Grant> seen = List.of();
        try {
            boolean coverable = canCover(sender);
            try {
                seen = store.find(settings.grantAddress(client));
            } catch (StoreUnavailableException e) {
                seen = e.known();
                return coverable ? judgeInPart(seen, sender, e) : Decision.refuse(Reason.SENDER, seen);
            }
            return judge(seen, coverable, sender);
        } catch (Throwable e) {
            // Errors too: a class that is missing in this version of James must not end the session.
            return Decision.cannotTell(e, seen);
        }
    }

    private Decision judge(List<Grant> seen, boolean coverable, Optional<String> sender) {
        List<Grant> current = only(seen, grant -> !hasOutlivedTheSettings(grant));
        if (settings.isShared(users(current))) {
            return Decision.refuse(Reason.SHARED, seen);
        }
        List<Grant> usable = only(current, this::isUsable);
        if (usable.isEmpty()) {
            return Decision.refuse(current.isEmpty() ? Reason.NO_GRANT : Reason.UNENCRYPTED, seen);
        }
        // Most senders are the user himself: try that grant first, it spares the search for aliases.
        Comparator<Grant> likeliest =
                Comparator.comparing(grant -> !grant.user().equals(sender));
        Optional<Grant> covering = usable.stream()
                .sorted(likeliest.thenComparing(Grant::expiresAt, Comparator.reverseOrder()))
                .filter(grant -> coverable && covers(grant, sender) && belongsToSomebody(grant))
                .findFirst();
        if (covering.isPresent()) {
            return Decision.allow(covering.get(), seen);
        }
        boolean anybody = usable.stream().anyMatch(this::belongsToSomebody);
        return Decision.refuse(anybody ? Reason.SENDER : Reason.NO_GRANT, seen);
    }

    /**
     * Judges by some of the grants, while the store cannot tell which others there are: they may allow, and too many users
     * are too many, but whatever else they do not allow, another grant may.
     */
    private Decision judgeInPart(List<Grant> known, Optional<String> sender, StoreUnavailableException cause) {
        Decision decision = judge(known, true, sender);
        boolean isCertain = decision.isAllowed()
                || decision.reason().filter(Reason.SHARED::equals).isPresent();
        return isCertain ? decision : Decision.cannotTell(cause, known);
    }

    private static List<Grant> only(List<Grant> grants, Predicate<Grant> condition) {
        return grants.stream().filter(condition).collect(Collectors.toUnmodifiableList());
    }

    private static long users(List<Grant> grants) {
        return grants.stream()
                .flatMap(grant -> grant.user().stream())
                .distinct()
                .count();
    }

    private boolean isUsable(Grant grant) {
        return grant.encrypted() || !settings.requireTls();
    }

    /** A grant that names no user has nobody whose account could have been closed. */
    private boolean belongsToSomebody(Grant grant) {
        return grant.user().map(senders::exists).orElse(true);
    }

    private boolean covers(Grant grant, Optional<String> sender) {
        return settings.sender() != SenderRule.LOGIN
                || grant.user()
                        .flatMap(user -> sender.filter(address -> senders.maySendFrom(user, address)))
                        .isPresent();
    }

    /**
     * Whether a grant is from before the start and would have ended by now if the settings in force had held then: its
     * last sign of life was before the start, so it lasts no longer than one lifetime after it. (Where several nodes
     * share a store, a session that another node has kept alive all that time logs in once more.)
     */
    private boolean hasOutlivedTheSettings(Grant grant) {
        return !grant.protocol().equals(Protocol.MANUAL)
                && grant.grantedAt().isBefore(startedAt.minus(ROUNDING))
                && !clock.instant().isBefore(settings.lifetime().endAfter(startedAt));
    }
}
