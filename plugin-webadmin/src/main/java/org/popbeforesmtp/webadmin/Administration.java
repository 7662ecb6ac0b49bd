// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import java.util.List;
import java.util.Optional;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.address.Network;
import org.popbeforesmtp.james.PopBeforeSmtp;
import org.popbeforesmtp.policy.PolicySettings;
import org.popbeforesmtp.policy.Revocation;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.GrantQuery;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;
import org.popbeforesmtp.store.StoreUnavailableException;

/** The actions of an administrator on grants, under the same policy as the hooks. */
final class Administration {

    private final PopBeforeSmtp product;
    private final JamesUsers users;

    Administration(PopBeforeSmtp product, JamesUsers users) {
        this.product = product;
        this.users = users;
    }

    private PolicySettings settings() {
        return product.configuration().policy();
    }

    /** A page of the grants that count under the settings in force. */
    GrantPage list(Optional<String> user, Optional<Network> network, Optional<GrantCursor> after, int limit) {
        GrantQuery all = GrantQuery.all().where(product.policy()::isInForce).first(limit + 1);
        GrantQuery ofUser = user.map(users::canonical).map(all::ofUser).orElse(all);
        GrantQuery within = network.map(ofUser::within).orElse(ofUser);
        return GrantPage.ofFirst(
                limit,
                product.store().list(after.map(cursor -> cursor.restOf(within)).orElse(within)));
    }

    /** Those of the address that a client's grants are kept under. */
    List<Grant> grantsOf(ClientAddress client) {
        List<Grant> grants = product.store().find(settings().grantAddress(client)).stream()
                .filter(product.policy()::isInForce)
                .sorted(Grant.ORDER)
                .collect(Collectors.toUnmodifiableList());
        if (grants.isEmpty()) {
            throw new NotFound("There is no active grant for " + client);
        }
        return grants;
    }

    /** Grants by hand. It counts as an encrypted login, as the administrator vouches for the user. */
    void grant(ClientAddress client, ManualGrant request) {
        if (!settings().admits(client)) {
            throw BadRequest.of(
                    "address",
                    client.toString(),
                    settings().isExcluded(client)
                            ? "must be in no network of networks.excluded"
                            : "must be in a network of networks.only");
        }
        String user = users.canonical(request.user());
        if (!users.exists(user)) {
            throw BadRequest.of("user", request.user(), "must be a user of this James");
        }
        if (settings().excludes(user)) {
            throw BadRequest.of("user", request.user(), "must be none of users.excluded");
        }
        Login login = Login.of(client, user, Protocol.MANUAL, true);
        if (product.logins().isBlocked(login)) {
            throw new BadRequest("The address or the user is blocked; GET /pop-before-smtp/blocks shows until when");
        }
        Lifetime lifetime = request.lifetime().orElseGet(settings()::lifetime);
        if (product.logins().record(login, lifetime).isEmpty()) {
            throw new StoreUnavailableException(
                    "The grant could not be stored: " + product.store().status().cause());
        }
    }

    Revoked revoke(ClientAddress client, String by) {
        ClientAddress address = settings().grantAddress(client);
        return carryOut(Revocation.ofAddress(address, by), () -> product.store().revoke(address));
    }

    /**
     * Users who are gone may still have grants, but a user who is unknown and has no grant is a mistake in the name.
     */
    Revoked revokeUser(String name, String by) {
        String user = users.canonical(name);
        boolean exists = users.exists(user);
        Revoked revoked =
                carryOut(Revocation.ofUser(user, by), () -> product.store().revokeUser(user));
        if (revoked.getRevoked() == 0 && !exists) {
            throw new NotFound("There is no user " + user + " and no grant of that name, so nothing was revoked;"
                    + " an alias is not a user: name the user whom it belongs to");
        }
        return revoked;
    }

    private Revoked carryOut(Revocation revocation, IntSupplier work) {
        product.events().revoking(revocation);
        try {
            int grants = work.getAsInt();
            product.recentLogins().forget(revocation);
            product.events().revoked(revocation, grants);
            return new Revoked(grants, revocation);
        } catch (RuntimeException e) {
            product.events().revocationNotConfirmed(revocation, e);
            throw new StoreUnavailableException(
                    "The revocation is not confirmed: " + e.getMessage()
                            + ". Repeat it until it is answered with 200; repeating is safe",
                    e);
        }
    }
}
