// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.james;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import org.apache.james.core.Domain;
import org.apache.james.core.Username;
import org.apache.james.domainlist.api.DomainListException;
import org.apache.james.domainlist.lib.DomainListConfiguration;
import org.apache.james.domainlist.memory.MemoryDomainList;
import org.apache.james.rrt.api.RecipientRewriteTable;
import org.apache.james.rrt.api.RecipientRewriteTableConfiguration;
import org.apache.james.rrt.api.RecipientRewriteTableException;
import org.apache.james.rrt.lib.Mapping;
import org.apache.james.rrt.lib.Mappings;
import org.apache.james.rrt.memory.MemoryRecipientRewriteTable;
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
        return new JamesSenders(server.users(), server.domains(), server.aliases());
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
    void userOfShouldBeTheUserOfTheAddressWhateverTheCase() throws Exception {
        JamesSenders senders = senders(server());

        assertThat(senders.userOf(BOB)).isEqualTo(BOB);
        assertThat(senders.userOf("BOB@example.ORG")).isEqualTo(BOB);
        assertThat(senders.userOf("bob@example.net")).isEqualTo("bob@example.net");
    }

    @Test
    void usersByAliasShouldFollowAliasesAndDomainAliases() throws Exception {
        JamesSenders senders = senders(server().alias("sales", "example.org", BOB)
                .alias("office", "example.org", "sales@example.org")
                .alias("office", "example.org", "alice@example.org")
                .domain("example.com")
                .domainAlias("example.com", "example.org"));

        assertThat(senders.usersByAlias("sales@example.org")).containsExactly(BOB);
        assertThat(senders.usersByAlias("Sales@Example.ORG")).containsExactly(BOB);
        assertThat(senders.usersByAlias("office@example.org")).containsExactlyInAnyOrder(BOB, "alice@example.org");
        assertThat(senders.usersByAlias("bob@example.com")).containsExactly(BOB);
        assertThat(senders.usersByAlias("sales@example.com")).containsExactly(BOB);
        assertThat(senders.usersByAlias(BOB)).isEmpty();
        assertThat(senders.usersByAlias("nobody@example.org")).isEmpty();
    }

    /** What James itself says of each pair is what we must say. */
    @Test
    void usersByAliasShouldAgreeWithJames() throws Exception {
        MemoryMailServer server = server().alias("sales", "example.org", BOB)
                .alias("office", "example.org", "sales@example.org")
                .domain("example.com")
                .domainAlias("example.com", "example.org");
        JamesSenders senders = senders(server);

        for (String user : new String[] {BOB, "alice@example.org"}) {
            for (String sender : new String[] {
                BOB, "alice@example.org", "sales@example.org", "office@example.org", "bob@example.com", "x@example.org"
            }) {
                boolean ours = senders.userOf(sender).equals(user)
                        || senders.usersByAlias(sender).contains(user);
                assertThat(ours)
                        .as("%s as %s", user, sender)
                        .isEqualTo(server.canSendFrom().userCanSendFrom(Username.of(user), Username.of(sender)));
            }
        }
    }

    @Test
    void usersByAliasShouldNotTakeAUserElsewhereForOneOfThisServer() throws Exception {
        MemoryMailServer server = MemoryMailServer.withoutVirtualHosting("example.org")
                .user("bob")
                .alias("sales", "example.org", "bob@elsewhere.example")
                .alias("office", "example.org", BOB);
        JamesSenders senders = senders(server);

        assertThat(senders.exists("bob")).isTrue();
        assertThat(senders.userOf(BOB)).isEqualTo("bob");
        assertThat(senders.usersByAlias("sales@example.org")).isEmpty();
        assertThat(senders.usersByAlias("office@example.org")).containsExactly("bob");
    }

    /** James's {@code CanSendFrom} says "no" here. */
    @Test
    void anAliasTableThatIsDownShouldBeNoAnswer() throws Exception {
        MemoryMailServer server = server();
        JamesSenders senders = new JamesSenders(server.users(), server.domains(), brokenTable());

        assertThatThrownBy(() -> senders.usersByAlias("sales@example.org"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("James cannot answer: the alias table is down");
    }

    private static RecipientRewriteTable brokenTable() {
        MemoryRecipientRewriteTable table = new MemoryRecipientRewriteTable() {
            @Override
            public Mappings getResolvedMappings(String user, Domain domain, EnumSet<Mapping.Type> types)
                    throws RecipientRewriteTableException {
                throw new RecipientRewriteTableException("the alias table is down");
            }
        };
        table.setConfiguration(RecipientRewriteTableConfiguration.DEFAULT_ENABLED);
        return table;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "@", "bob@", "@example.org", "bob example.org", "a@b@c"})
    void whatIsNoAddressShouldHaveNoAnswer(String address) throws Exception {
        JamesSenders senders = senders(server());

        assertThatThrownBy(() -> senders.userOf(address)).isInstanceOf(RuntimeException.class);
        assertThatThrownBy(() -> senders.usersByAlias(address)).isInstanceOf(RuntimeException.class);
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

        assertThatThrownBy(
                        () -> new JamesSenders(server.users(), broken, server.aliases()).isLocalDomain("example.org"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("James cannot answer: the database is down");
    }
}
