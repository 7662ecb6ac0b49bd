// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.james.PopBeforeSmtp;
import org.popbeforesmtp.policy.Decision;
import org.popbeforesmtp.policy.Reason;
import org.popbeforesmtp.policy.RefusalTexts;
import org.popbeforesmtp.quota.RecipientCount;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.StoreUnavailableException;

/** Decides as the SMTP hook does, and says why. */
final class Explainer {

    private final PopBeforeSmtp product;
    private final JamesUsers users;

    Explainer(PopBeforeSmtp product, JamesUsers users) {
        this.product = product;
        this.users = users;
    }

    /** For one sender; for the null sender if it is empty. */
    Explanation explain(ClientAddress client, Optional<String> sender) {
        return explanation(client, sender, product.policy().decide(client, sender));
    }

    /** For each user with a grant there, with their usual sender address. */
    Explanations explain(ClientAddress client) {
        Decision anybody = product.policy().decideForAnybody(client);
        List<Explanation> each = anybody.seen().stream()
                .flatMap(grant -> grant.user().stream())
                .distinct()
                .sorted()
                .map(user -> explain(client, Optional.of(users.addressOf(user))))
                .collect(Collectors.toUnmodifiableList());
        return new Explanations(
                client, each.isEmpty() ? List.of(explanation(client, Optional.empty(), anybody)) : each);
    }

    private Rules rules() {
        return new Rules(
                product.configuration().policy(),
                product.policy(),
                product.wallClock().instant());
    }

    private Explanation explanation(ClientAddress client, Optional<String> sender, Decision byGrant) {
        Optional<RecipientCount> count = byGrant.grant().flatMap(this::count);
        Optional<Duration> wait = count.map(RecipientCount::untilNext).filter(duration -> !duration.isZero());
        Decision decision = wait.isPresent() ? Decision.refuse(Reason.LIMIT, byGrant.seen()) : byGrant;
        Optional<String> refusal = decision.reason().map(reason -> refusal(client, reason, wait));
        if (decision.reason().filter(Reason.UNKNOWN::equals).isPresent()) {
            throw new StoreUnavailableException("It cannot be decided now: "
                    + decision.cause().map(Explainer::text).orElse("the store cannot answer")
                    + "; with onStoreFailure=tempfail the client gets: 451 " + refusal.orElse(""));
        }
        return new Explanation(
                client,
                sender,
                decision,
                rules().of(client, sender, decision),
                refusal.map(text -> code(decision.reason()) + text),
                count.map(RecipientCount::total));
    }

    /** Without a limit the count is only for information, so a store that cannot answer does not matter. */
    private Optional<RecipientCount> count(Grant grant) {
        try {
            return Optional.of(product.recipientLimit().count(grant));
        } catch (StoreUnavailableException e) {
            if (product.configuration().policy().recipientsPerHour() == 0) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private String refusal(ClientAddress client, Reason reason, Optional<Duration> wait) {
        RefusalTexts texts = product.configuration().refusalTexts();
        return wait.map(duration ->
                        texts.ofLimit(client, product.clock().instant().plus(duration), true))
                .orElseGet(() -> texts.withStatus(reason, client));
    }

    private static String code(Optional<Reason> reason) {
        if (reason.filter(Reason.LIMIT::equals).isPresent()) {
            return "452 ";
        }
        return reason.filter(Reason.BROWNOUT::equals).isPresent() ? "451 " : "550 ";
    }

    /** Only messages written for operators are shown. */
    private static String text(Throwable cause) {
        return cause instanceof StoreUnavailableException
                ? String.valueOf(cause.getMessage())
                : "James cannot answer, its log says why";
    }
}
