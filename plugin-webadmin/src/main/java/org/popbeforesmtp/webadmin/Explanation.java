// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.Optional;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.policy.Decision;
import org.popbeforesmtp.policy.Reason;

/** Why a client would be relayed for a sender now, or would not, in JSON. */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
@JsonPropertyOrder({
    "address",
    "sender",
    "allowed",
    "reason",
    "rule",
    "refusal",
    "block",
    "recipientsLastHour",
    "grant",
    "grants"
})
final class Explanation {

    private final ClientAddress client;
    private final Optional<String> sender;
    private final Decision decision;
    private final String rule;
    private final Optional<String> refusal;
    private final Optional<Long> recipients;

    Explanation(
            ClientAddress client,
            Optional<String> sender,
            Decision decision,
            String rule,
            Optional<String> refusal,
            Optional<Long> recipients) {
        this.client = client;
        this.sender = sender;
        this.decision = decision;
        this.rule = rule;
        this.refusal = refusal;
        this.recipients = recipients;
    }

    public String getAddress() {
        return client.toString();
    }

    /** Null in JSON for the null sender. */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public Optional<String> getSender() {
        return sender;
    }

    public boolean isAllowed() {
        return decision.isAllowed();
    }

    /** The word for the reason that logs and metrics use, if the client would not be relayed. */
    public Optional<String> getReason() {
        return decision.reason().map(Reason::word);
    }

    /** The rule that decided, in a sentence that names its key. */
    public String getRule() {
        return rule;
    }

    /** The reply that the client would get if it would not be relayed. */
    public Optional<String> getRefusal() {
        return refusal;
    }

    /** The block that decided, if one did. */
    public Optional<BlockView> getBlock() {
        return decision.block().map(BlockView::new);
    }

    /** How many recipients elsewhere the holder of the grant has named within the last hour, if a grant covers the sender. */
    public Optional<Long> getRecipientsLastHour() {
        return recipients;
    }

    /** The grant that the client would relay on, if it would. */
    public Optional<GrantView> getGrant() {
        return decision.grant().map(GrantView::new);
    }

    /** The active grants that were considered. */
    public List<GrantView> getGrants() {
        return GrantView.of(decision.seen());
    }
}
