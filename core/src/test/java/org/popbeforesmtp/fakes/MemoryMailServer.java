// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.fakes;

import org.apache.james.core.Domain;
import org.apache.james.core.Username;
import org.apache.james.domainlist.api.DomainList;
import org.apache.james.domainlist.lib.DomainListConfiguration;
import org.apache.james.domainlist.memory.MemoryDomainList;
import org.apache.james.rrt.api.CanSendFrom;
import org.apache.james.rrt.api.RecipientRewriteTable;
import org.apache.james.rrt.api.RecipientRewriteTableConfiguration;
import org.apache.james.rrt.lib.AliasReverseResolverImpl;
import org.apache.james.rrt.lib.CanSendFromImpl;
import org.apache.james.rrt.lib.MappingSource;
import org.apache.james.rrt.memory.MemoryRecipientRewriteTable;
import org.apache.james.user.api.UsersRepository;
import org.apache.james.user.memory.MemoryUsersRepository;

/** James's own domains, users and aliases, in memory. */
public final class MemoryMailServer {

    public static final String PASSWORD = "secret";

    private final MemoryDomainList domains = new MemoryDomainList(null);
    private final MemoryUsersRepository users;
    private final MemoryRecipientRewriteTable aliases = new MemoryRecipientRewriteTable();

    private MemoryMailServer(boolean virtualHosting, String domain) throws Exception {
        domains.configure(DomainListConfiguration.builder()
                .autoDetect(false)
                .autoDetectIp(false)
                .defaultDomain(Domain.of(domain))
                .build());
        users = virtualHosting
                ? MemoryUsersRepository.withVirtualHosting(domains)
                : MemoryUsersRepository.withoutVirtualHosting(domains);
        aliases.setDomainList(domains);
        aliases.setUsersRepository(users);
        aliases.setConfiguration(RecipientRewriteTableConfiguration.DEFAULT_ENABLED);
    }

    /** A server whose users' names are addresses. */
    public static MemoryMailServer withVirtualHosting(String domain) throws Exception {
        return new MemoryMailServer(true, domain);
    }

    /** A server whose users' names are local parts. */
    public static MemoryMailServer withoutVirtualHosting(String domain) throws Exception {
        return new MemoryMailServer(false, domain);
    }

    public MemoryMailServer domain(String domain) throws Exception {
        domains.addDomain(Domain.of(domain));
        return this;
    }

    public MemoryMailServer user(String user) throws Exception {
        users.addUser(Username.of(user), PASSWORD);
        return this;
    }

    public MemoryMailServer alias(String user, String domain, String target) throws Exception {
        aliases.addAliasMapping(MappingSource.fromUser(user, domain), target);
        return this;
    }

    public MemoryMailServer domainAlias(String alias, String domain) throws Exception {
        aliases.addDomainAliasMapping(MappingSource.fromDomain(Domain.of(alias)), Domain.of(domain));
        return this;
    }

    public void delete(String user) throws Exception {
        users.removeUser(Username.of(user));
    }

    public DomainList domains() {
        return domains;
    }

    public UsersRepository users() {
        return users;
    }

    public RecipientRewriteTable aliases() {
        return aliases;
    }

    public CanSendFrom canSendFrom() {
        return new CanSendFromImpl(aliases, new AliasReverseResolverImpl(aliases));
    }
}
