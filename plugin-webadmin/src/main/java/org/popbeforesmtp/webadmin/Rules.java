// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import java.time.Instant;
import java.util.Optional;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.block.Block;
import org.popbeforesmtp.policy.Decision;
import org.popbeforesmtp.policy.PolicySettings;
import org.popbeforesmtp.policy.Reason;
import org.popbeforesmtp.policy.RelayPolicy;
import org.popbeforesmtp.policy.SenderRule;
import org.popbeforesmtp.store.Grant;

/** Says in a sentence which rule made a decision, so that an operator knows the key to change. */
final class Rules {

    private final PolicySettings settings;
    private final RelayPolicy policy;
    private final Instant now;

    /**
     * The rules in force.
     *
     * @param now what the dates of the retirement are compared with
     */
    Rules(PolicySettings settings, RelayPolicy policy, Instant now) {
        this.settings = settings;
        this.policy = policy;
        this.now = now;
    }

    /**
     * The rule behind a decision.
     *
     * @throws RuntimeException if the mail server cannot say which domains it hosts
     */
    String of(ClientAddress client, Optional<String> sender, Decision decision) {
        return decision.grant()
                .map(this::ofGrant)
                .orElseGet(() ->
                        ofRefusal(client, sender, decision, decision.reason().orElseThrow(IllegalStateException::new)));
    }

    private String ofGrant(Grant grant) {
        String holder = grant.user().orElse("somebody whose name is not known");
        switch (settings.sender()) {
            case LOGIN:
                return senderKey() + ": " + holder + " has an active grant here and may send from this address";
            case LOCAL:
                return senderKey() + ": " + holder
                        + " has an active grant here, and this server hosts the sender's domain";
            case ANY:
                return senderKey() + ": " + holder + " has an active grant here, and any sender is allowed";
        }
        throw new IllegalStateException("no rule for " + settings.sender());
    }

    private String ofRefusal(ClientAddress client, Optional<String> sender, Decision decision, Reason reason) {
        switch (reason) {
            case NO_GRANT:
                return "lifetime=" + settings.lifetime() + ": "
                        + (decision.seen().isEmpty()
                                ? "nobody has an active grant here"
                                : "the grants here no longer count: their users are gone, or they are from a time with a"
                                        + " longer lifetime");
            case LOGIN_UNDER_WAY:
                return "lifetime=" + settings.lifetime()
                        + ": no grant here covers the sender, but a POP3 session from here is about to log in";
            case OTHER_IP_VERSION:
                return "lifetime=" + settings.lifetime() + ": no grant here covers the sender, but "
                        + policy.ofOtherIpVersion(client, sender)
                                .map(grant -> grant.user().orElse("") + " has an active one at " + grant.address())
                                .orElse("the user had one at an address of the other version of IP")
                        + ": give the names of the POP3, IMAP and SMTP servers addresses of both versions, or of one";
            case NULL_SENDER:
                return senderKey() + ": the null sender relays only under sender=any";
            case SENDER:
                return senderKey() + ": " + ofSender(sender);
            case SHARED:
                return "maxUsersPerAddress=" + settings.maxUsersPerAddress()
                        + ": more different users have a grant here";
            case UNENCRYPTED:
                return "login.requireTls=true: no grant here is from an encrypted login";
            case EXCLUDED:
                return settings.isExcluded(client)
                        ? "networks.excluded: logins from this address never grant"
                        : "networks.only: this address is in none of the networks whose logins grant";
            case USER_EXCLUDED:
                return "users.excluded: logins of the user with this sender address never grant";
            case BLOCKED:
                return decision.block().map(Rules::ofBlock).orElseThrow(IllegalStateException::new);
            case LIMIT:
                return "limit.recipientsPerHour=" + settings.recipientsPerHour()
                        + ": the user has named as many recipients elsewhere within the last hour";
            case RETIRED:
                return "retirement.date="
                        + settings.retirement().date().map(String::valueOf).orElse("")
                        + ": since then no grant allows relaying, except for retirement.exempt";
            case BROWNOUT:
                return settings.retirement().pauseAt(now) + ", a grant would allow it otherwise";
            case OBSERVED:
                return "mode=observe: a grant would allow it, but nothing is allowed";
            case UNKNOWN:
                return "onStoreFailure: the store, or James's user repository, cannot answer";
        }
        throw new IllegalStateException("no rule for " + reason);
    }

    private String ofSender(Optional<String> sender) {
        if (sender.isEmpty()) {
            return "the grants here name no user to whom a sender could belong";
        }
        if (settings.sender() == SenderRule.LOGIN && policy.isLocal(sender)) {
            return "no user with a grant here may send from this address";
        }
        return "this server does not host the sender's domain, so no grant can cover it";
    }

    private static String ofBlock(Block block) {
        String path = block.target().user().isPresent() ? "users/" : "";
        return "blocked by " + block.by() + " until " + block.until()
                + (block.reason().isEmpty() ? "" : " (" + block.reason() + ")") + ": DELETE /pop-before-smtp/blocks/"
                + path + block.target() + " ends that";
    }

    private String senderKey() {
        return "sender=" + settings.sender();
    }
}
