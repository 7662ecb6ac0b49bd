// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.james.PopBeforeSmtp;
import org.popbeforesmtp.policy.Decision;
import org.popbeforesmtp.policy.PolicySettings;
import org.popbeforesmtp.policy.Reason;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.GrantQuery;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;
import org.popbeforesmtp.store.StoreUnavailableException;

/** What an administrator can do with grants. It obeys the same policy as the hooks. */
final class Administration {

    private final PopBeforeSmtp product;
    private final PolicySettings settings;
    private final Rules rules;

    Administration(PopBeforeSmtp product) {
        this.product = product;
        this.settings = product.configuration().policy();
        this.rules = new Rules(settings, product.policy());
    }

    /** The grants that the settings in force let count. */
    List<Grant> list(GrantQuery query) {
        return product.store().list(query.where(product.policy()::isInForce));
    }

    /** Those of the address that a client's grants are kept under. */
    List<Grant> grantsOf(ClientAddress client) {
        return product.store().find(settings.grantAddress(client)).stream()
                .filter(product.policy()::isInForce)
                .sorted(Grant.ORDER)
                .collect(Collectors.toUnmodifiableList());
    }

    /** Grants by hand. It counts as an encrypted login, as the administrator vouches for the user. */
    void grant(ClientAddress client, ManualGrant request) {
        if (!settings.admits(client)) {
            throw BadRequest.of(
                    "address",
                    client.toString(),
                    settings.isExcluded(client)
                            ? "must be in no network of networks.excluded"
                            : "must be in a network of networks.only");
        }
        if (!exists(request.user())) {
            throw BadRequest.of("user", request.user(), "must be a user of this James");
        }
        Login login = Login.of(client, request.user(), Protocol.MANUAL, true);
        Lifetime lifetime = request.lifetime().orElseGet(settings::lifetime);
        if (product.logins().record(login, lifetime).isEmpty()) {
            throw new StoreUnavailableException("The grant could not be stored, " + condition());
        }
    }

    private boolean exists(String user) {
        try {
            return product.senders().exists(user);
        } catch (RuntimeException e) {
            throw new StoreUnavailableException("James cannot tell whether there is such a user: " + e.getMessage(), e);
        }
    }

    void revoke(ClientAddress client, String by) {
        ClientAddress address = settings.grantAddress(client);
        product.events().revokedAddress(address, product.store().revoke(address), by);
    }

    void revokeUser(String user, String by) {
        product.events().revokedUser(user, product.store().revokeUser(user), by);
    }

    /** Asks what the SMTP hook asks, and says why. */
    Explanation explain(ClientAddress client, Optional<String> sender) {
        Decision decision = product.policy().decide(client, sender);
        Optional<String> refusal = decision.reason()
                .map(reason -> product.configuration().refusalTexts().withStatus(reason, client));
        if (decision.reason().filter(Reason.UNKNOWN::equals).isPresent()) {
            throw new StoreUnavailableException("It cannot be decided now, " + condition()
                    + "; with onStoreFailure=tempfail the client hears: 451 " + refusal.orElse(""));
        }
        return new Explanation(
                client, sender, decision, rules.of(client, sender, decision), refusal.map(text -> "550 " + text));
    }

    private String condition() {
        return "the store is " + product.store().status();
    }
}
