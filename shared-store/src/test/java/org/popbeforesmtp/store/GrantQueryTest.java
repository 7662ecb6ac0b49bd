// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.address.Network;

class GrantQueryTest {

    private static final ClientAddress CLIENT = ClientAddress.parse("192.0.2.1");

    private static Grant grant(ClientAddress address, String user) {
        return grant(Login.of(address, user, Protocol.POP3, true));
    }

    private static Grant grant(Login login) {
        return Grant.ofEpochMillis(login, 0, 1000);
    }

    private static List<Grant> grants(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> grant(CLIENT, String.format("user%04d", i)))
                .collect(Collectors.toList());
    }

    @Test
    void firstShouldRefuseANegativeNumber() {
        assertThatThrownBy(() -> GrantQuery.all().first(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void ofUserShouldNotFindUnknownUsers() {
        Grant unknown = grant(Login.ofUnknownUser(CLIENT, Protocol.DRAC, false));

        assertThat(GrantQuery.all().ofUser("").answerFrom(Stream.of(unknown))).isEmpty();
        assertThat(GrantQuery.all().ofUser("bob").answerFrom(Stream.of(unknown, grant(CLIENT, "bob"))))
                .containsExactly(grant(CLIENT, "bob"));
    }

    @Test
    void conditionsShouldAddUpInAnyOrder() {
        Stream<Grant> grants = Stream.of(
                grant(CLIENT, "bob"), grant(CLIENT, "alice"), grant(ClientAddress.parse("2001:db8::1"), "bob"));

        assertThat(GrantQuery.all()
                        .first(10)
                        .within(Network.parse("192.0.2.0/24"))
                        .where(Grant::encrypted)
                        .after(ClientAddress.parse("192.0.2.0"))
                        .ofUser("bob")
                        .answerFrom(grants))
                .containsExactly(grant(CLIENT, "bob"));
    }

    @Test
    void aQueryShouldNotChange() {
        GrantQuery all = GrantQuery.all();
        all.ofUser("bob").after(CLIENT).first(1);

        assertThat(all.answerFrom(grants(3).stream())).hasSize(3);
    }

    @Test
    void grantsThatDifferAnyhowShouldHaveAnOrder() {
        Grant grant = Grant.ofEpochMillis(Login.of(CLIENT, "bob", Protocol.POP3, true), 0, 1000);

        assertThat(Stream.of(
                        Grant.ofEpochMillis(grant.login(), 0, 1001),
                        Grant.ofEpochMillis(grant.login(), 1, 1000),
                        Grant.ofEpochMillis(Login.of(CLIENT, "bob", Protocol.MANUAL, true), 0, 1000)))
                .noneMatch(other -> Grant.ORDER.compare(grant, other) == 0);
    }

    @Property
    void anAnswerShouldBeTheFirstOfTheWholeInOrder(
            @ForAll @IntRange(max = 60) int count, @ForAll @IntRange(max = 70) int limit, @ForAll Random random) {
        List<Grant> shuffled = grants(count);
        Collections.shuffle(shuffled, random);

        assertThat(GrantQuery.all().first(limit).answerFrom(shuffled.stream()))
                .isEqualTo(grants(count).stream().limit(limit).collect(Collectors.toList()));
    }

    @Test
    void afterAHolderShouldBeTheRestOfTheAddressAndTheNextOnes() {
        Grant next = grant(ClientAddress.parse("192.0.2.2"), "alice");
        List<Grant> grants = grants(3);

        assertThat(GrantQuery.all()
                        .after(grants.get(1).login())
                        .answerFrom(Stream.of(grants.get(2), next, grants.get(1), grants.get(0))))
                .containsExactly(grants.get(2), next);
    }
}
