// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.address.ClientAddress;

/** What a store promises of an address with very many users. The store under test is opened with {@link #USERS}. */
public interface CrowdedAddressContract extends GrantStoreContract {

    /** How many users of one address the store keeps. */
    int USERS = 400;

    @Test
    default void recordShouldKeepTheUsersWhoseGrantsEndLast() {
        record(0, USERS + 20);

        assertThat(usersAt(CLIENT)).containsExactlyInAnyOrderElementsOf(names(20, USERS + 20));
    }

    @Test
    default void recordShouldFindRoomForAUserEvenWithAShortLifetime() {
        record(0, USERS);

        store().record(BOB, SHORT);

        assertThat(usersAt(CLIENT)).hasSize(USERS).contains("bob@example.org").doesNotContain("user0");
    }

    @Test
    default void aUserWhoLogsInAgainShouldNeedNoRoom() {
        record(0, USERS);

        record(0, 3);
        store().record(login(4, false), LONG);

        assertThat(usersAt(CLIENT)).containsExactlyInAnyOrderElementsOf(names(0, USERS));
        assertThat(store().find(CLIENT)).hasSize(USERS + 1);
    }

    @Test
    default void aUserShouldMakeRoomWithAllGrantsThere() {
        store().record(login(0, false), LONG);
        record(0, USERS);

        store().record(BOB, LONG);

        assertThat(usersAt(CLIENT)).hasSize(USERS).contains("bob@example.org").doesNotContain("user0");
    }

    @Test
    default void aRenewedGrantShouldStay() {
        Grant first = store().record(login(0, true), LONG);
        record(1, USERS);
        pass(MILLISECOND);
        store().renew(first, LONG);
        pass(MILLISECOND);

        store().record(BOB, LONG);

        assertThat(usersAt(CLIENT))
                .hasSize(USERS)
                .contains("bob@example.org", "user0")
                .doesNotContain("user1");
    }

    @Test
    default void aRenewalShouldFindRoomForAUserWhoHadToMakeRoom() {
        Grant first = store().record(login(0, true), LONG);
        record(1, USERS + 1);
        assertThat(usersAt(CLIENT)).hasSize(USERS).doesNotContain("user0");

        assertThat(store().renew(first, LONG)).isPresent();

        assertThat(usersAt(CLIENT)).hasSize(USERS).contains("user0").doesNotContain("user1");
    }

    @Test
    default void otherAddressesShouldNotFeelACrowdedOne() {
        store().record(BOB.from(OTHER_CLIENT), LONG);
        record(0, USERS + 1);

        assertThat(usersAt(OTHER_CLIENT)).containsExactly("bob@example.org");
    }

    @Test
    default void revokeShouldCountWhatWasKept() {
        record(0, USERS + 20);

        assertThat(store().revoke(CLIENT)).isEqualTo(USERS);
        assertThat(store().find(CLIENT)).isEmpty();
    }

    /** Each ends a little later than the one before. */
    private void record(int first, int last) {
        for (int i = first; i < last; i++) {
            pass(MILLISECOND);
            store().record(login(i, true), LONG);
        }
    }

    private static Login login(int number, boolean encrypted) {
        return Login.of(CLIENT, "user" + number, Protocol.POP3, encrypted);
    }

    private static List<String> names(int first, int last) {
        return IntStream.range(first, last).mapToObj(i -> "user" + i).collect(Collectors.toList());
    }

    private List<String> usersAt(ClientAddress address) {
        return store().find(address).stream()
                .map(grant -> grant.user().orElseThrow())
                .distinct()
                .collect(Collectors.toList());
    }
}
