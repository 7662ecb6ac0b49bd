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
        return Grant.ofEpochMillis(Login.of(address, user, Protocol.POP3, true), 0, 1000);
    }

    private static List<Grant> grants(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> grant(CLIENT, String.format("user%04d", i)))
                .collect(Collectors.toList());
    }

    @Test
    void pageShouldRefuseNegativeNumbers() {
        assertThatThrownBy(() -> GrantQuery.all().page(-1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> GrantQuery.all().page(1, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aPageMayEndBehindTheLargestNumber() {
        assertThat(GrantQuery.all().page(1, Integer.MAX_VALUE).answerFrom(grants(3).stream()))
                .isEqualTo(grants(3).subList(1, 3));
    }

    @Test
    void ofUserShouldNotFindUnknownUsers() {
        Grant unknown = Grant.ofEpochMillis(Login.ofUnknownUser(CLIENT, Protocol.DRAC, false), 0, 1000);

        assertThat(GrantQuery.all().ofUser("").answerFrom(Stream.of(unknown))).isEmpty();
        assertThat(GrantQuery.all().ofUser("bob").answerFrom(Stream.of(unknown, grant(CLIENT, "bob"))))
                .containsExactly(grant(CLIENT, "bob"));
    }

    @Test
    void conditionsShouldAddUpInAnyOrder() {
        Stream<Grant> grants = Stream.of(
                grant(CLIENT, "bob"), grant(CLIENT, "alice"), grant(ClientAddress.parse("2001:db8::1"), "bob"));

        assertThat(GrantQuery.all()
                        .page(0, 10)
                        .within(Network.parse("192.0.2.0/24"))
                        .where(grant -> grant.encrypted())
                        .ofUser("bob")
                        .answerFrom(grants))
                .containsExactly(grant(CLIENT, "bob"));
    }

    @Test
    void aQueryShouldNotChange() {
        GrantQuery all = GrantQuery.all();
        all.ofUser("bob").page(1, 1);

        assertThat(all.answerFrom(grants(3).stream())).hasSize(3);
    }

    @Property
    void anyPageShouldBeThatPartOfTheWholeInOrder(
            @ForAll @IntRange(max = 60) int count,
            @ForAll @IntRange(max = 70) int offset,
            @ForAll @IntRange(max = 70) int limit,
            @ForAll Random random) {
        List<Grant> ordered = grants(count);
        List<Grant> shuffled = grants(count);
        Collections.shuffle(shuffled, random);

        assertThat(GrantQuery.all().page(offset, limit).answerFrom(shuffled.stream()))
                .isEqualTo(ordered.stream().skip(offset).limit(limit).collect(Collectors.toList()));
    }
}
