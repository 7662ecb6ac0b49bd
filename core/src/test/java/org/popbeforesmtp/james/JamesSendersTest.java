// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.james;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.james.core.Domain;
import org.apache.james.domainlist.api.DomainListException;
import org.apache.james.domainlist.lib.DomainListConfiguration;
import org.apache.james.domainlist.memory.MemoryDomainList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.popbeforesmtp.fakes.MemoryMailServer;

/** James's answers, from its own user base, domain list and aliases. */
class JamesSendersTest {

    private static final String BOB = "bob@example.org";

    private static MemoryMailServer server() throws Exception {
        return MemoryMailServer.withVirtualHosting("example.org")
                .domain("example.net")
                .user(BOB)
                .user("alice@example.org");
    }

    private static JamesSenders senders(MemoryMailServer server) {
        return new JamesSenders(server.users(), server.domains(), server.canSendFrom());
    }

    @Test
    void isLocalDomainShouldFollowTheDomainListWhateverTheCase() throws Exception {
        JamesSenders senders = senders(server());

        assertThat(senders.isLocalDomain("example.org")).isTrue();
        assertThat(senders.isLocalDomain("EXAMPLE.net")).isTrue();
        assertThat(senders.isLocalDomain("example.com")).isFalse();
        assertThat(senders.isLocalDomain("org")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[192.0.2.1]", "[IPv6:2001:db8::1]", "", ".", "x y", "example..org", "ex\u00e4mple.org"})
    void isLocalDomainShouldBeFalseOfWhatIsNoDomain(String domain) throws Exception {
        assertThat(senders(server()).isLocalDomain(domain)).isFalse();
    }

    @Test
    void existsShouldFollowTheUserBase() throws Exception {
        MemoryMailServer server = server();
        JamesSenders senders = senders(server);

        assertThat(senders.exists(BOB)).isTrue();
        assertThat(senders.exists("Bob@Example.org")).isTrue();
        assertThat(senders.exists("carol@example.org")).isFalse();
        server.delete(BOB);
        assertThat(senders.exists(BOB)).isFalse();
    }

    @Test
    void maySendFromShouldAllowTheUsersOwnAddressOnly() throws Exception {
        JamesSenders senders = senders(server());

        assertThat(senders.maySendFrom(BOB, BOB)).isTrue();
        assertThat(senders.maySendFrom(BOB, "BOB@example.ORG")).isTrue();
        assertThat(senders.maySendFrom(BOB, "alice@example.org")).isFalse();
        assertThat(senders.maySendFrom(BOB, "bob@example.net")).isFalse();
    }

    @Test
    void maySendFromShouldFollowAliasesAndDomainAliases() throws Exception {
        JamesSenders senders = senders(server().alias("sales", "example.org", BOB)
                .domain("example.com")
                .domainAlias("example.com", "example.org"));

        assertThat(senders.maySendFrom(BOB, "sales@example.org")).isTrue();
        assertThat(senders.maySendFrom("alice@example.org", "sales@example.org"))
                .isFalse();
        assertThat(senders.maySendFrom(BOB, "bob@example.com")).isTrue();
        assertThat(senders.maySendFrom(BOB, "alice@example.com")).isFalse();
    }

    @Test
    void maySendFromShouldFollowAServerWithoutVirtualHosting() throws Exception {
        MemoryMailServer server =
                MemoryMailServer.withoutVirtualHosting("example.org").user("bob");
        JamesSenders senders = senders(server);

        assertThat(senders.exists("bob")).isTrue();
        assertThat(senders.maySendFrom("bob", BOB)).isTrue();
        assertThat(senders.maySendFrom("bob", "alice@example.org")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "@", "bob@", "@example.org", "bob example.org", "a@b@c"})
    void maySendFromShouldSayThatItCannotTellOfWhatIsNoAddress(String address) throws Exception {
        JamesSenders senders = senders(server());

        assertThatThrownBy(() -> senders.maySendFrom(BOB, address)).isInstanceOf(RuntimeException.class);
    }

    @Test
    void anAnswerThatJamesDoesNotHaveShouldBeAnException() throws Exception {
        MemoryMailServer server = server();
        MemoryDomainList broken = new MemoryDomainList(null) {
            @Override
            public boolean containsDomain(Domain domain) throws DomainListException {
                throw new DomainListException("the database is down");
            }
        };
        broken.configure(DomainListConfiguration.builder()
                .autoDetect(false)
                .autoDetectIp(false)
                .build());

        assertThatThrownBy(() ->
                        new JamesSenders(server.users(), broken, server.canSendFrom()).isLocalDomain("example.org"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("James cannot tell: the database is down");
    }
}
