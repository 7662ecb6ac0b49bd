// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.address.NetworkSet;
import org.popbeforesmtp.fakes.Faults;
import org.popbeforesmtp.fakes.FaultyStore;
import org.popbeforesmtp.fakes.RecordedEvents;
import org.popbeforesmtp.runtime.MutableClock;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;
import org.popbeforesmtp.store.StoreLimits;
import org.popbeforesmtp.store.memory.MemoryGrantStore;

class LoginRecorderTest {

    private static final ClientAddress CLIENT = ClientAddress.parse("192.0.2.1");
    private static final Login BOB = Login.of(CLIENT, "bob@example.org", Protocol.POP3, true);

    private final MutableClock clock = new MutableClock();
    private final FaultyStore store =
            new FaultyStore(new MemoryGrantStore(clock, StoreLimits.of(100, () -> StoreLimits.MANY_USERS)));
    private final RecordedEvents events = new RecordedEvents();
    private final LoginRecorder logins = recorder(PolicySettings.builder());

    @AfterEach
    void close() {
        store.close();
    }

    static Stream<Supplier<Throwable>> faults() {
        return Faults.ALL.stream();
    }

    @Test
    void recordShouldGrantForTheConfiguredLifetime() {
        Grant grant = recorder(PolicySettings.builder().lifetime(Lifetime.parse("3m")))
                .record(BOB)
                .orElseThrow();

        assertThat(Duration.between(clock.instant(), grant.expiresAt())).isEqualTo(Duration.ofMinutes(3));
        assertThat(store.find(CLIENT)).containsExactly(grant);
        assertThat(events.take()).containsExactly("recorded 192.0.2.1 bob@example.org");
    }

    @Test
    void recordShouldGrantForALifetimeOfItsOwn() {
        Grant grant = logins.record(BOB, Lifetime.parse("5s")).orElseThrow();

        assertThat(Duration.between(clock.instant(), grant.expiresAt())).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void recordShouldKeepTheGrantUnderTheNetworkOfTheClient() {
        Login login = BOB.from(ClientAddress.parse("2001:db8:1:2:3:4:5:6"));

        Grant grant = recorder(PolicySettings.builder().ipv6PrefixLength(56))
                .record(login)
                .orElseThrow();

        assertThat(grant.address()).isEqualTo(ClientAddress.parse("2001:db8:1::"));
        assertThat(grant.user()).contains("bob@example.org");
    }

    @Test
    void recordShouldNotGrantInExcludedNetworks() {
        LoginRecorder strict = recorder(PolicySettings.builder().excluded(NetworkSet.parse(List.of("192.0.2.0/24"))));

        assertThat(strict.record(BOB)).isEmpty();
        assertThat(strict.admits(BOB)).isFalse();
        assertThat(store.records()).isZero();
        assertThat(events.take()).containsExactly("excluded 192.0.2.1 bob@example.org");
    }

    @Test
    void recordShouldNotGrantToExcludedUsers() {
        LoginRecorder strict = recorder(PolicySettings.builder()
                .excludedUsers(UserSet.parse(List.of("BOB@example.org", "@printers.example.org"))));

        assertThat(strict.record(BOB)).isEmpty();
        assertThat(strict.recordLate(BOB, clock.instant(), clock.instant())).isEmpty();
        assertThat(strict.record(Login.of(CLIENT, "hall@printers.example.org", Protocol.POP3, true)))
                .isEmpty();
        assertThat(strict.admits(BOB)).isFalse();
        assertThat(store.records()).isZero();
        assertThat(events.take())
                .containsExactly(
                        "user-excluded 192.0.2.1 bob@example.org", "user-excluded 192.0.2.1 hall@printers.example.org");
        assertThat(strict.record(Login.of(CLIENT, "alice@example.org", Protocol.POP3, true)))
                .isPresent();
    }

    @Test
    void recordShouldGrantOnlyInTheOnlyNetworks() {
        LoginRecorder strict = recorder(PolicySettings.builder().only(NetworkSet.parse(List.of("198.51.100.0/24"))));

        assertThat(strict.record(BOB)).isEmpty();
        assertThat(strict.record(BOB.from(ClientAddress.parse("198.51.100.7")))).isPresent();
    }

    @Test
    void recordShouldKeepUnencryptedLoginsSoThatTheRefusalCanSayWhy() {
        LoginRecorder strict = recorder(PolicySettings.builder().requireTls(true));

        assertThat(strict.record(Login.of(CLIENT, "bob@example.org", Protocol.POP3, false)))
                .isPresent();
    }

    @ParameterizedTest
    @MethodSource("faults")
    void recordShouldThrowNothing(Supplier<Throwable> fault) {
        store.failWith(fault);

        assertThat(logins.record(BOB)).isEmpty();
        assertThat(events.take()).containsExactly("not recorded 192.0.2.1 bob@example.org");
    }

    // ---- the longest session

    @Test
    void renewShouldProlongNoLongerThanASessionMayLast() {
        LoginRecorder limited = recorder(PolicySettings.builder().lifetimeMax(Duration.ofHours(1)));
        Instant login = clock.instant();
        Grant grant = limited.record(BOB).orElseThrow();
        for (int minutes = 10; minutes < 60; minutes += 10) {
            clock.turn(Duration.ofMinutes(10));
            grant = limited.renew(grant, clock.instant()).orElseThrow();
        }
        assertThat(grant.expiresAt())
                .isEqualTo(login.truncatedTo(ChronoUnit.MILLIS).plus(Duration.ofHours(1)));

        clock.turn(Duration.ofMinutes(10));
        assertThat(limited.renew(grant, clock.instant())).contains(grant);
        assertThat(store.find(CLIENT)).isEmpty();
        assertThat(limited.record(BOB)).isPresent();
        assertThat(store.find(CLIENT)).hasSize(1);
    }

    @Test
    void recordLateShouldGrantNothingOnceASessionHasLastedTooLong() {
        LoginRecorder limited = recorder(PolicySettings.builder().lifetimeMax(Duration.ofHours(1)));
        Instant login = clock.instant();
        clock.turn(Duration.ofMinutes(50));
        assertThat(limited.recordLate(BOB, login, clock.instant()).orElseThrow().expiresAt())
                .isEqualTo(login.truncatedTo(ChronoUnit.MILLIS).plus(Duration.ofHours(1)));

        clock.turn(Duration.ofMinutes(10));
        assertThat(limited.recordLate(BOB, login, clock.instant())).isEmpty();
    }

    /** Revocations are remembered for a day: whoever was silent for longer may have been revoked. */
    @Test
    void renewShouldBringNothingBackOnceARevocationWouldBeForgotten() {
        LoginRecorder patient = recorder(PolicySettings.builder().lifetimeMax(Duration.ofDays(30)));
        Instant login = clock.instant();
        Grant grant = patient.record(BOB).orElseThrow();
        clock.turn(Duration.ofHours(23));
        grant = patient.renew(grant, clock.instant()).orElseThrow();
        assertThat(store.find(CLIENT)).hasSize(1);

        clock.turn(Duration.ofHours(24));
        assertThat(patient.renew(grant, clock.instant())).isEmpty();
        assertThat(patient.recordLate(BOB, login, clock.instant())).isEmpty();
        assertThat(store.find(CLIENT)).isEmpty();
    }

    // ---- late

    @Test
    void recordLateShouldGrantFromNowOnAndRememberTheLogin() {
        Instant loginAt = clock.instant();
        clock.turn(Duration.ofMinutes(20));

        Grant grant = logins.recordLate(BOB, loginAt, clock.instant()).orElseThrow();

        assertThat(grant.grantedAt()).isEqualTo(loginAt.truncatedTo(ChronoUnit.MILLIS));
        assertThat(Duration.between(clock.instant(), grant.expiresAt())).isEqualTo(Duration.ofMinutes(15));
        assertThat(store.find(CLIENT)).containsExactly(grant);
        assertThat(events.take()).containsExactly("recorded 192.0.2.1 bob@example.org");
    }

    @Test
    void whatIsRecordedOrRenewedLateShouldLastOneLifetimeFromTheLastActivity() {
        Grant grant = logins.record(BOB).orElseThrow();
        Instant activeAt = clock.instant();
        clock.turn(Duration.ofMinutes(10));

        assertThat(logins.renew(grant, activeAt).orElseThrow().expiresAt()).isEqualTo(grant.expiresAt());
        Login other = Login.of(CLIENT, "alice@example.org", Protocol.POP3, true);
        assertThat(Duration.between(
                        clock.instant(),
                        logins.recordLate(other, activeAt, activeAt)
                                .orElseThrow()
                                .expiresAt()))
                .isBetween(Duration.ofMinutes(5).minusMillis(1), Duration.ofMinutes(5));
    }

    @Test
    void whatWouldHaveEndedShouldBeNeitherRecordedNorRenewed() {
        Grant grant = logins.record(BOB).orElseThrow();
        Instant activeAt = clock.instant();
        clock.turn(Duration.ofMinutes(15));
        int renewals = store.renewals();

        assertThat(logins.renew(grant, activeAt)).contains(grant);
        assertThat(logins.recordLate(BOB, activeAt, activeAt)).isEmpty();
        assertThat(store.renewals()).isEqualTo(renewals);
        assertThat(store.find(CLIENT)).isEmpty();
    }

    @Test
    void recordLateShouldNotGrantWhatWasRevokedSinceTheLogin() {
        Instant loginAt = clock.instant();
        clock.turn(Duration.ofMinutes(1));
        store.revokeUser("bob@example.org");
        clock.turn(Duration.ofMinutes(1));

        assertThat(logins.recordLate(BOB, loginAt, clock.instant())).isEmpty();
        assertThat(store.find(CLIENT)).isEmpty();
        assertThat(events.take()).isEmpty();
    }

    @Test
    void recordLateShouldKeepTheGrantUnderTheNetworkOfTheClient() {
        Login login = BOB.from(ClientAddress.parse("2001:db8:1:2:3:4:5:6"));

        assertThat(recorder(PolicySettings.builder().ipv6PrefixLength(64))
                        .recordLate(login, clock.instant(), clock.instant())
                        .map(Grant::address))
                .contains(ClientAddress.parse("2001:db8:1:2::"));
    }

    @Test
    void recordLateShouldNotGrantInExcludedNetworks() {
        LoginRecorder strict = recorder(PolicySettings.builder().excluded(NetworkSet.parse(List.of("192.0.2.0/24"))));

        assertThat(strict.recordLate(BOB, clock.instant(), clock.instant())).isEmpty();
        assertThat(store.renewals()).isZero();
    }

    @ParameterizedTest
    @MethodSource("faults")
    void recordLateShouldThrowNothing(Supplier<Throwable> fault) {
        store.failWith(fault);

        assertThat(logins.recordLate(BOB, clock.instant(), clock.instant())).isEmpty();
        assertThat(events.take()).containsExactly("not recorded 192.0.2.1 bob@example.org");
    }

    // ---- renewal

    @Test
    void renewShouldProlongTheGrant() {
        Grant grant = logins.record(BOB).orElseThrow();
        clock.turn(Duration.ofMinutes(10));

        Optional<Grant> renewed = logins.renew(grant, clock.instant());

        assertThat(renewed.map(Grant::grantedAt)).contains(grant.grantedAt());
        assertThat(renewed.map(Grant::expiresAt)).contains(grant.expiresAt().plus(Duration.ofMinutes(10)));
    }

    @Test
    void renewShouldReturnNothingForARevokedGrant() {
        Grant grant = logins.record(BOB).orElseThrow();
        clock.turn(Duration.ofMinutes(1));
        store.revokeUser("bob@example.org");

        assertThat(logins.renew(grant, clock.instant())).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("faults")
    void renewShouldThrowNothingAndKeepTheGrantForTheNextTime(Supplier<Throwable> fault) {
        Grant grant = logins.record(BOB).orElseThrow();
        events.take();
        store.failWith(fault);

        assertThat(logins.renew(grant, clock.instant())).contains(grant);
        assertThat(events.take()).containsExactly("not recorded 192.0.2.1 bob@example.org");
    }

    private LoginRecorder recorder(PolicySettings.Builder settings) {
        return new LoginRecorder(settings.build(), store, events, clock);
    }
}
