// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;

class TenureTest {

    private static final Instant START = Instant.parse("2026-11-28T12:00:00Z");
    private static final Lifetime HOUR = Lifetime.parse("1h");
    private static final Lifetime MINUTE = Lifetime.parse("1m");

    private static Instant at(int minutes) {
        return START.plus(Duration.ofMinutes(minutes));
    }

    private static Grant earnedAt(int minutes) {
        Login login = Login.of(ClientAddress.parse("192.0.2.1"), "bob", Protocol.POP3, true);
        return Grant.issue(login, at(minutes), Lifetime.parse("24h"));
    }

    @Test
    void aGrantFromBeforeTheStartShouldEndALifetimeAfterIt() {
        Tenure tenure = Tenure.sinceTheStart(START);

        assertThat(tenure.ends(earnedAt(-1), HOUR, at(59))).isFalse();
        assertThat(tenure.ends(earnedAt(-1), HOUR, at(60))).isTrue();
        assertThat(tenure.ends(earnedAt(0), HOUR, at(60))).isFalse();
    }

    @Test
    void aGrantFromBeforeAShorterLifetimeShouldEndWithIt() {
        Tenure tenure = Tenure.sinceTheStart(START).change(HOUR, MINUTE, at(10));

        assertThat(tenure.ends(earnedAt(9), MINUTE, at(10))).isFalse();
        assertThat(tenure.ends(earnedAt(9), MINUTE, at(11))).isTrue();
        assertThat(tenure.ends(earnedAt(11), MINUTE, at(12))).isFalse();
    }

    /** What is still there has been renewed since, under the lifetime in force. */
    @Test
    void afterTheOldLifetimeASessionThatGoesOnShouldCountAgain() {
        Tenure tenure = Tenure.sinceTheStart(START).change(HOUR, MINUTE, at(10));

        assertThat(tenure.ends(earnedAt(9), MINUTE, at(69))).isTrue();
        assertThat(tenure.ends(earnedAt(9), MINUTE, at(70))).isFalse();
    }

    @Test
    void aChangeShouldNotBringBackWhatHadEnded() {
        Tenure tenure = Tenure.sinceTheStart(START).change(HOUR, MINUTE, at(70));

        assertThat(tenure.ends(earnedAt(-1), MINUTE, at(70))).isTrue();
        assertThat(tenure.change(MINUTE, MINUTE, at(71)).ends(earnedAt(-1), MINUTE, at(71)))
                .isTrue();
    }

    @Test
    void aLongerLifetimeShouldEndNothing() {
        Tenure tenure = Tenure.sinceTheStart(START).change(MINUTE, HOUR, at(10));

        assertThat(tenure.ends(earnedAt(9), HOUR, at(70))).isFalse();
    }

    @Test
    void severalChangesShouldEachHold() {
        Tenure tenure = Tenure.sinceTheStart(START)
                .change(HOUR, Lifetime.parse("30m"), at(10))
                .change(Lifetime.parse("30m"), MINUTE, at(20));

        assertThat(tenure.ends(earnedAt(9), MINUTE, at(21))).isTrue();
        assertThat(tenure.ends(earnedAt(15), MINUTE, at(21))).isTrue();
        assertThat(tenure.ends(earnedAt(9), MINUTE, at(60))).isTrue();
        assertThat(tenure.ends(earnedAt(15), MINUTE, at(51))).isFalse();
    }
}
