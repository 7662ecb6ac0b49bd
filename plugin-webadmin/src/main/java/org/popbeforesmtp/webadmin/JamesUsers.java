// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.james.core.MailAddress;
import org.apache.james.core.Username;
import org.apache.james.user.api.UsersRepository;
import org.popbeforesmtp.policy.Senders;
import org.popbeforesmtp.store.StoreUnavailableException;

/**
 * Users as an administrator names them. Asks James each time, because an action on an account must not use an outdated
 * answer.
 */
final class JamesUsers {

    private final UsersRepository users;
    private final Senders senders;

    JamesUsers(UsersRepository users, Senders senders) {
        this.users = users;
        this.senders = senders;
    }

    /**
     * The user's name as James knows them, whether or not there is such a user: where it hosts one domain only (no
     * virtual hosting), the user of {@code bob@example.com} is {@code bob}. An alias is returned unchanged.
     *
     * @param name a name that {@link Values#user} has read
     */
    String canonical(String name) {
        return address(name)
                .map(address -> ask(() -> {
                    String user = users.getUsername(address).asString();
                    // A name without a domain drops it, whichever it is; a stranger must not become one of our users.
                    boolean ours = user.equals(name)
                            || senders.isLocalDomain(address.getDomain().asString());
                    return ours ? user : name;
                }))
                .orElse(name);
    }

    private static Optional<MailAddress> address(String name) {
        try {
            return Optional.of(new MailAddress(name));
        } catch (Exception e) {
            // The checked exception has another name in later versions of James.
            return Optional.empty();
        }
    }

    boolean exists(String user) {
        return ask(() -> users.contains(Username.of(user)));
    }

    /** A user's usual sender address. */
    String addressOf(String user) {
        return user.indexOf('@') >= 0
                ? user
                : ask(() -> users.getMailAddressFor(Username.of(user)).asString());
    }

    /** The checked exceptions have other names in later versions of James, so they are caught by their common parent. */
    private static <T> T ask(Callable<T> question) {
        try {
            return question.call();
        } catch (Exception e) {
            throw new StoreUnavailableException("James's user repository cannot answer: " + e.getMessage(), e);
        }
    }
}
