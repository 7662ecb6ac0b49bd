// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.address.ClientAddress;

class GrantTest {

    private static final ClientAddress CLIENT = ClientAddress.parse("192.0.2.1");
    private static final Login BOB = Login.of(CLIENT, "bob@example.org", Protocol.POP3, true);
    private static final Instant NOW = Instant.parse("2026-05-04T10:00:00.250Z");

    @Test
    void issueShouldLastForTheLifetimeToTheMillisecond() {
        Grant grant = Grant.issue(BOB, NOW, Lifetime.parse("15m"));

        assertThat(grant.grantedAt()).isEqualTo(NOW);
        assertThat(grant.expiresAt()).isEqualTo("2026-05-04T10:15:00.250Z");
        assertThat(grant.isActiveAt(Instant.parse("2026-05-04T10:15:00.249999999Z")))
                .isTrue();
        assertThat(grant.isActiveAt(Instant.parse("2026-05-04T10:15:00.250Z"))).isFalse();
    }

    @Test
    void ofEpochMillisShouldRefuseAGrantThatEndsBeforeItBegan() {
        assertThatThrownBy(() -> Grant.ofEpochMillis(BOB, 1000, 999)).isInstanceOf(IllegalArgumentException.class);
        assertThat(Grant.ofEpochMillis(BOB, 1000, 1000).isActiveAt(Instant.ofEpochMilli(1000)))
                .isFalse();
    }

    @Property
    void aGrantShouldBeActiveExactlyUntilItsEnd(
            @ForAll @LongRange(min = -1_000_000_000_000L, max = 5_000_000_000_000L) long now,
            @ForAll @IntRange(min = 1000, max = 86_400_000) int lifetime,
            @ForAll @IntRange(max = 100_000_000) int elapsed) {
        Grant grant = Grant.issue(BOB, Instant.ofEpochMilli(now), Lifetime.of(Duration.ofMillis(lifetime)));

        assertThat(grant.isActiveAt(Instant.ofEpochMilli(now + elapsed))).isEqualTo(elapsed < lifetime);
        assertThat(grant.isActiveAt(Instant.ofEpochMilli(now + lifetime - 1))).isTrue();
        assertThat(grant.isActiveAt(Instant.ofEpochMilli(now + lifetime))).isFalse();
    }

    @Test
    void equalsShouldCompareLoginBeginAndEnd() {
        Grant grant = Grant.ofEpochMillis(BOB, 1, 2);

        assertThat(grant).isEqualTo(Grant.ofEpochMillis(BOB, 1, 2)).hasSameHashCodeAs(Grant.ofEpochMillis(BOB, 1, 2));
        assertThat(grant).isNotEqualTo(Grant.ofEpochMillis(BOB, 0, 2)).isNotEqualTo(Grant.ofEpochMillis(BOB, 1, 3));
        assertThat(grant)
                .isNotEqualTo(Grant.ofEpochMillis(Login.of(CLIENT, "bob@example.org", Protocol.POP3, false), 1, 2));
    }

    @Test
    void toStringShouldSayWhoFromWhereAndUntilWhen() {
        assertThat(Grant.issue(BOB, NOW, Lifetime.parse("15m")))
                .hasToString(
                        "grant to bob@example.org from 192.0.2.1 over encrypted pop3 since 2026-05-04T10:00:00.250Z"
                                + " until 2026-05-04T10:15:00.250Z");
        assertThat(Login.ofUnknownUser(CLIENT, Protocol.DRAC, false))
                .hasToString("an unknown user from 192.0.2.1 over drac");
    }

    @Test
    void loginShouldRefuseAnEmptyName() {
        assertThatThrownBy(() -> Login.of(CLIENT, "", Protocol.POP3, true))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void loginFromShouldChangeTheAddressOnly() {
        Login moved = BOB.from(ClientAddress.parse("2001:db8::"));

        assertThat(moved)
                .isEqualTo(Login.of(ClientAddress.parse("2001:db8::"), "bob@example.org", Protocol.POP3, true));
    }

    @Test
    void orderShouldBeByAddressThenUserThenEncryptionThenBegin() {
        Login unknown = Login.ofUnknownUser(CLIENT, Protocol.DRAC, false);
        Login plain = Login.of(CLIENT, "bob@example.org", Protocol.POP3, false);
        List<Grant> ordered = List.of(
                Grant.ofEpochMillis(unknown, 5, 6),
                Grant.ofEpochMillis(plain, 4, 6),
                Grant.ofEpochMillis(BOB, 2, 3),
                Grant.ofEpochMillis(BOB, 3, 3),
                Grant.ofEpochMillis(BOB.from(ClientAddress.parse("192.0.2.2")), 1, 2));

        List<Grant> sorted =
                List.of(ordered.get(3), ordered.get(4), ordered.get(2), ordered.get(0), ordered.get(1)).stream()
                        .sorted(Grant.ORDER)
                        .collect(Collectors.toList());

        assertThat(sorted).isEqualTo(ordered);
    }
}
