// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.GrantQuery;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;

class GrantCursorTest {

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

    /** In order: at most 7 addresses, and at each a holder without a name and several users, encrypted and not. */
    private static List<Grant> atFewAddresses(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    ClientAddress address = ClientAddress.parse("192.0.2." + i % 7);
                    boolean encrypted = i / 7 % 2 == 0;
                    int user = i / 14;
                    return grant(
                            user == 0
                                    ? Login.ofUnknownUser(address, Protocol.DRAC, encrypted)
                                    : Login.of(address, "us+e/r\u00fc" + user, Protocol.POP3, encrypted));
                })
                .sorted(Grant.ORDER)
                .collect(Collectors.toList());
    }

    /** As WebAdmin pages: it asks for one more than it shows, and hands the cursor over as text. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 10, 30})
    void pagesShouldMakeUpTheWholeWhereverTheyEnd(int limit) {
        for (int count = 0; count < 50; count++) {
            assertThat(pages(count, limit)).isEqualTo(atFewAddresses(count));
        }
    }

    private static List<Grant> pages(int count, int limit) {
        List<Grant> whole = atFewAddresses(count);
        List<Grant> seen = new ArrayList<>();
        Optional<String> next = Optional.empty();
        do {
            GrantQuery rest = next.map(GrantCursor::parse)
                    .map(cursor -> cursor.restOf(GrantQuery.all()))
                    .orElseGet(GrantQuery::all);
            List<Grant> page = rest.first(limit + 1).answerFrom(whole.stream());
            next = page.size() > limit
                    ? Optional.of(GrantCursor.between(page.get(limit - 1), page.get(limit))
                            .toString())
                    : Optional.empty();
            seen.addAll(page.subList(0, Math.min(limit, page.size())));
        } while (next.isPresent());

        return seen;
    }

    @Test
    void aCursorBetweenAddressesShouldBeAnAddress() {
        assertThat(GrantCursor.between(grant(CLIENT, "bob"), grant(ClientAddress.parse("192.0.2.2"), "bob")))
                .hasToString("192.0.2.1");
    }

    @Test
    void aCursorWithinAnAddressShouldNeedNoEncodingInAUrl() {
        assertThat(GrantCursor.between(grant(CLIENT, "b\u00f6b+>?&=%@example.org"), grant(CLIENT, "carol"))
                        .toString())
                .matches("192\\.0\\.2\\.1,true,[A-Za-z0-9_-]+");
    }

    @Test
    void aCursorShouldOutliveTheGrantThatItWasMadeOf() {
        List<Grant> grants = grants(4);
        GrantCursor cursor = GrantCursor.between(grants.get(1), grants.get(2));

        assertThat(cursor.restOf(GrantQuery.all()).answerFrom(Stream.of(grants.get(0), grants.get(3))))
                .containsExactly(grants.get(3));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "mail.example.org",
                "192.0.2.0/24",
                "192.0.2.1,",
                "192.0.2.1,true",
                "192.0.2.1,yes,Ym9i",
                "192.0.2.1,true,*",
                "192.0.2.1,true,Ym9i,",
                "x,true,Ym9i"
            })
    void aTextThatIsNoCursorShouldBeRefused(String text) {
        assertThatThrownBy(() -> GrantCursor.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("must be an IPv4 or IPv6 address, or what next was in the answer before");
    }
}
