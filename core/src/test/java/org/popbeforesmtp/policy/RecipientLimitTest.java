// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.fakes.RecordedEvents;
import org.popbeforesmtp.fakes.SwitchableValues;
import org.popbeforesmtp.quota.RecipientQuota;
import org.popbeforesmtp.runtime.MutableClock;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;
import org.popbeforesmtp.store.StoreUnavailableException;
import org.popbeforesmtp.store.memory.MemoryValueStore;

class RecipientLimitTest {

    private static final ClientAddress CLIENT = ClientAddress.parse("192.0.2.1");

    private final MutableClock clock = new MutableClock();
    private final SwitchableValues values = new SwitchableValues(new MemoryValueStore(clock));
    private final RecordedEvents events = new RecordedEvents();
    private final Grant bob = grant(Login.of(CLIENT, "bob@example.org", Protocol.POP3, true));
    private final Grant bobElsewhere =
            grant(Login.of(ClientAddress.parse("198.51.100.7"), "bob@example.org", Protocol.MANUAL, true));
    private final Grant ofDrac = grant(Login.ofUnknownUser(CLIENT, Protocol.DRAC, false));

    private Grant grant(Login login) {
        return Grant.issue(login, clock.instant(), Lifetime.parse("15m"));
    }

    private RecipientLimit limit(int recipients) {
        return new RecipientLimit(
                PolicySettings.builder().recipientsPerHour(recipients).build(), new RecipientQuota(values), events);
    }

    private static void name(RecipientLimit limit, Grant grant, int times) {
        for (int i = 0; i < times; i++) {
            assertThat(limit.name(grant)).isEmpty();
        }
    }

    @Test
    void aUserShouldHaveOneLimitWhereverTheyAre() {
        RecipientLimit limit = limit(3);
        name(limit, bob, 2);
        name(limit, bobElsewhere, 1);

        assertThat(limit.name(bob)).contains(Duration.ofMinutes(61));
        assertThat(limit(3).name(bobElsewhere)).isPresent();
        assertThat(limit.count(bob).total()).isEqualTo(3);
    }

    @Test
    void aGrantWithoutAUserShouldCountForItsAddress() {
        RecipientLimit limit = limit(2);
        name(limit, ofDrac, 2);

        assertThat(limit.name(ofDrac)).isPresent();
        assertThat(limit.name(bob)).isEmpty();
    }

    @Test
    void whatWasTakenBackShouldNotCount() {
        RecipientLimit limit = limit(1);
        name(limit, bob, 1);
        limit.takeBack(bob);

        assertThat(limit.name(bob)).isEmpty();
        assertThat(limit.name(bob)).isPresent();
    }

    @Test
    void withALimitTheStoreShouldHaveToTell() {
        values.switchOff();

        assertThatThrownBy(() -> limit(1).name(bob)).isInstanceOf(StoreUnavailableException.class);
    }

    @Test
    void whatCouldNotBeTakenBackShouldBeTakenBackLater() {
        RecipientLimit limit = limit(1);
        name(limit, bob, 1);
        values.switchOff();
        limit.takeBack(bob);
        limit.flush();
        values.switchOn();

        assertThat(limit.count(bob).total()).isOne();
        limit.flush();
        assertThat(limit.count(bob).total()).isZero();
    }

    @Test
    void withoutALimitNobodyShouldWaitForTheStore() {
        RecipientLimit limit = limit(0);
        name(limit, bob, 5);
        limit.takeBack(bob);

        assertThat(values.updates()).isZero();
        limit.flush();
        assertThat(values.updates()).isOne();
        assertThat(limit.count(bob).total()).isEqualTo(4);
        limit.flush();
        assertThat(limit.count(bob).total()).isEqualTo(4);
    }

    @Test
    void withoutALimitWhatTheStoreCannotTakeShouldWait() {
        RecipientLimit limit = limit(0);
        name(limit, bob, 600);
        values.switchOff();
        limit.flush();
        name(limit, bob, 400);
        values.switchOn();
        limit.flush();

        assertThat(limit.count(bob).total()).isEqualTo(1_000);
        assertThat(events.take()).containsExactly("many recipients 1000 of bob@example.org");
    }

    @Test
    void aThousandShouldBeReportedOnceOnOneNodeWithAndWithoutALimit() {
        RecipientLimit without = limit(0);
        name(without, bob, 999);
        without.flush();
        assertThat(events.take()).isEmpty();

        name(limit(2_000), bobElsewhere, 100);
        name(without, bob, 100);
        without.flush();
        name(limit(2_000), ofDrac, 1_000);

        assertThat(events.take())
                .containsExactly("many recipients 1000 of bob@example.org", "many recipients 1000 of [192.0.2.1]");
    }

    @Test
    void theTextShouldSayWhenItGoesOn() {
        PolicySettings settings =
                PolicySettings.builder().recipientsPerHour(100).build();

        assertThat(RefusalTexts.of(java.util.Map.of(), "", settings)
                        .ofLimit(CLIENT, clock.instant().plus(Duration.ofMinutes(61)), false))
                .isEqualTo("4.5.3 Relaying denied for 192.0.2.1: you have reached the limit of 100 recipients an hour;"
                        + " send again after 11:02 UTC");
        assertThat(RefusalTexts.of(java.util.Map.of(Reason.LIMIT, "Ab {time} wieder, {limit} je Stunde"), "", settings)
                        .ofLimit(CLIENT, clock.instant(), true))
                .isEqualTo("4.5.3 Ab 10:01 UTC wieder, 100 je Stunde");
        assertThat(Reason.LIMIT.placeholders()).contains("{limit}", "{time}");
    }
}
