// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.james;

import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.james.core.Domain;
import org.apache.james.core.MailAddress;
import org.apache.james.core.Username;
import org.apache.james.domainlist.api.DomainList;
import org.apache.james.rrt.api.RecipientRewriteTable;
import org.apache.james.rrt.lib.Mapping;
import org.apache.james.rrt.lib.Mappings;
import org.apache.james.user.api.UsersRepository;
import org.popbeforesmtp.policy.RecentlyUsed;
import org.popbeforesmtp.policy.Senders;

/** James's own answers about users, domains and the addresses that a user may send from. */
final class JamesSenders implements Senders {

    private static final int NAMES = 1_000;

    /** The kinds of mapping under which James lets a user send, too. */
    private final EnumSet<Mapping.Type> aliasTypes = EnumSet.of(Mapping.Type.Alias, Mapping.Type.DomainAlias);

    private final UsersRepository users;
    private final DomainList domains;
    private final RecipientRewriteTable aliases;

    /** By address. A name follows from the address and from whether James hosts several domains, which does not change. */
    private final Map<String, String> names = Collections.synchronizedMap(new RecentlyUsed<>(NAMES));

    JamesSenders(UsersRepository users, DomainList domains, RecipientRewriteTable aliases) {
        this.users = users;
        this.domains = domains;
        this.aliases = aliases;
    }

    @Override
    public boolean isLocalDomain(String domain) {
        return domainOf(domain)
                .filter(named -> ask(() -> domains.containsDomain(named)))
                .isPresent();
    }

    /** What James does not accept as a domain, such as some address literals, it cannot host. */
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
    public String userOf(String address) {
        String known = names.get(address);
        if (known != null) {
            return known;
        }
        String name = ask(() -> nameOf(new MailAddress(address)));
        names.put(address, name);
        return name;
    }

    /**
     * James resolves an alias to its users in one query, and throws if it cannot. {@code CanSendFrom} would answer for
     * one user at a time, but treats its own failure as "no".
     */
    @Override
    public Set<String> usersByAlias(String address) {
        return ask(() -> {
            MailAddress alias = new MailAddress(address);
            Mappings targets = aliases.getResolvedMappings(alias.getLocalPart(), alias.getDomain(), aliasTypes);
            Set<String> names = new HashSet<>();
            for (Mapping target : targets.asStream().collect(Collectors.toList())) {
                Optional<MailAddress> user = target.asMailAddress();
                // At another domain this may be a different user.
                if (user.isPresent() && domains.containsDomain(user.get().getDomain())) {
                    names.add(nameOf(user.get()));
                }
            }
            return names;
        });
    }

    private String nameOf(MailAddress address) throws Exception {
        return users.getUsername(address).asString();
    }

    /**
     * The checked exceptions are caught by their common parent: some have other names in later versions of James, and a
     * class that is not there cannot be caught.
     */
    private static <T> T ask(Question<T> question) {
        try {
            return question.answer();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("James cannot answer: " + e.getMessage(), e);
        }
    }

    private interface Question<T> {
        T answer() throws Exception;
    }
}
