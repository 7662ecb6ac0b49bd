// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.runtime.MutableClock;

class LoginsUnderWayTest {

    private static final ClientAddress CLIENT = ClientAddress.parse("192.0.2.1");

    private final MutableClock clock = new MutableClock();
    private final LoginsUnderWay underWay =
            new LoginsUnderWay(PolicySettings.builder().build(), clock);

    @Test
    void anAddressShouldCountUntilItsLastSessionHasEnded() {
        LoginsUnderWay.Attempt one = underWay.begin(CLIENT);
        LoginsUnderWay.Attempt other = underWay.begin(CLIENT);

        one.end();
        one.end();
        assertThat(underWay.isAnyAt(CLIENT)).isTrue();
        other.end();

        assertThat(underWay.isAnyAt(CLIENT)).isFalse();
    }

    @Test
    void aSessionThatIsSilentShouldCountNoLonger() {
        LoginsUnderWay.Attempt attempt = underWay.begin(CLIENT);
        clock.turn(LoginsUnderWay.LONGEST_SILENCE);
        assertThat(underWay.isAnyAt(CLIENT)).isFalse();

        attempt.commandSeen();

        assertThat(underWay.isAnyAt(CLIENT)).isTrue();
        assertThat(attempt.lastCommandAt()).isEqualTo(clock.instant());
    }

    @Test
    void manyAddressesShouldMakeRoomForEachOther() {
        LoginsUnderWay.Attempt first = underWay.begin(CLIENT);
        for (int i = 0; i < 10_000; i++) {
            underWay.begin(ClientAddress.parse("10.1." + i / 256 + "." + i % 256));
        }
        assertThat(underWay.isAnyAt(CLIENT)).isFalse();
        assertThat(underWay.isAnyAt(ClientAddress.parse("10.1.0.0"))).isTrue();

        underWay.begin(CLIENT);
        first.end();

        assertThat(underWay.isAnyAt(CLIENT)).as("the later session").isTrue();
    }

    @Test
    void aHouseholdShouldBeOneClient() {
        LoginsUnderWay household =
                new LoginsUnderWay(PolicySettings.builder().ipv6PrefixLength(64).build(), clock);
        household.begin(ClientAddress.parse("2001:db8::1"));

        assertThat(household.isAnyAt(ClientAddress.parse("2001:db8::2"))).isTrue();
        assertThat(household.isAnyAt(ClientAddress.parse("2001:db8:0:1::2"))).isFalse();
    }
}
