// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.james;

import java.util.Optional;
import org.apache.james.core.Domain;
import org.apache.james.core.MailAddress;
import org.apache.james.core.Username;
import org.apache.james.domainlist.api.DomainList;
import org.apache.james.rrt.api.CanSendFrom;
import org.apache.james.user.api.UsersRepository;
import org.popbeforesmtp.policy.Senders;

/** James's own answers about users, domains and the addresses that a user may send from. */
final class JamesSenders implements Senders {

    private final UsersRepository users;
    private final DomainList domains;
    private final CanSendFrom canSendFrom;

    JamesSenders(UsersRepository users, DomainList domains, CanSendFrom canSendFrom) {
        this.users = users;
        this.domains = domains;
        this.canSendFrom = canSendFrom;
    }

    @Override
    public boolean isLocalDomain(String domain) {
        return domainOf(domain)
                .filter(named -> ask(() -> domains.containsDomain(named)))
                .isPresent();
    }

    /** What James does not take for a domain, such as some address literals, it cannot host. */
    private static Optional<Domain> domainOf(String text) {
        try {
            return Optional.of(Domain.of(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public boolean exists(String user) {
        return ask(() -> users.contains(Username.of(user)));
    }

    @Override
    public boolean maySendFrom(String user, String address) {
        return ask(() -> canSendFrom.userCanSendFrom(Username.of(user), users.getUsername(new MailAddress(address))));
    }

    /**
     * The checked exceptions are caught by their common parent: some have other names in later versions of James, and a
     * class that is not there cannot be caught.
     */
    private static boolean ask(Question question) {
        try {
            return question.answer();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("James cannot tell: " + e.getMessage(), e);
        }
    }

    private interface Question {
        boolean answer() throws Exception;
    }
}
