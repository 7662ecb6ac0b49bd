// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.address.Network;
import org.popbeforesmtp.store.StoreStatus.State;

/**
 * What every {@link GrantStore} promises. A store's own test implements this interface: it supplies an empty store for
 * each test and a way to let time pass.
 *
 * <p>A store whose clock a test can turn is tested to the millisecond. One with a clock of its own really waits, a few
 * seconds in all, and says in {@link #tolerance()} how far a measurement may be off.
 */
public interface GrantStoreContract {

    ClientAddress CLIENT = ClientAddress.parse("192.0.2.1");
    ClientAddress OTHER_CLIENT = ClientAddress.parse("192.0.2.2");
    ClientAddress IPV6_CLIENT = ClientAddress.parse("2001:db8::1");

    Login BOB = Login.of(CLIENT, "bob@example.org", Protocol.POP3, true);
    Login BOB_UNENCRYPTED = Login.of(CLIENT, "bob@example.org", Protocol.POP3, false);
    Login ALICE = Login.of(CLIENT, "alice@example.org", Protocol.POP3, true);
    Login UNKNOWN = Login.ofUnknownUser(CLIENT, Protocol.DRAC, false);

    /** Short enough to wait for. */
    Lifetime SHORT = Lifetime.of(Duration.ofSeconds(1));

    /** Not over before the test is. */
    Lifetime LONG = Lifetime.of(Duration.ofMinutes(15));

    Duration MILLISECOND = Duration.ofMillis(1);

    /** The store under test, empty when a test begins; always the same one within a test. */
    GrantStore store();

    /** The instant it is for the process that holds the store. */
    Instant now();

    /** Lets time pass, for the store as well as for {@link #now()}. */
    void pass(Duration time);

    /** Sets the wall clock of the process that holds the store, on or back; no time passes. */
    void setWallClock(Duration by);

    /** How far an instant that the store or the test measures may be off. */
    default Duration tolerance() {
        return Duration.ZERO;
    }

    // ---- record and find

    @Test
    default void findShouldReturnNothingWithoutALogin() {
        assertThat(store().find(CLIENT)).isEmpty();
    }

    @Test
    default void recordShouldReturnAGrantThatBeginsNowAndLastsForTheLifetime() {
        Instant before = now();

        Grant grant = store().record(BOB, LONG);

        assertThat(grant.login()).isEqualTo(BOB);
        assertSame(grant.grantedAt(), before);
        assertSame(grant.expiresAt(), before.plus(LONG.toDuration()));
    }

    @Test
    default void findShouldReturnTheRecordedGrant() {
        Grant recorded = store().record(BOB, LONG);

        assertSame(theGrantOf(CLIENT), recorded);
    }

    @Test
    default void findShouldReturnNothingForAnotherAddress() {
        store().record(BOB, LONG);

        assertThat(store().find(OTHER_CLIENT)).isEmpty();
    }

    @Test
    default void findShouldReturnTheGrantUntilTheLastMillisecond() {
        store().record(BOB, SHORT);
        pass(SHORT.toDuration().minus(MILLISECOND).minus(tolerance()));

        assertThat(logins(CLIENT)).containsExactly(BOB);
    }

    @Test
    default void findShouldReturnNothingOnceTheLifetimeIsOver() {
        store().record(BOB, SHORT);
        pass(SHORT.toDuration().plus(tolerance()));

        assertThat(store().find(CLIENT)).isEmpty();
    }

    @Test
    default void findShouldReturnAnIpv4MappedAddressAsTheIpv4Address() {
        store().record(Login.of(ClientAddress.parse("::ffff:192.0.2.1"), "bob@example.org", Protocol.POP3, true), LONG);

        assertThat(logins(CLIENT)).containsExactly(BOB);
        assertThat(logins(ClientAddress.parse("::ffff:c000:201"))).containsExactly(BOB);
    }

    @Test
    default void findShouldReturnTheGrantOfAnIpv6Address() {
        Login login = BOB.from(IPV6_CLIENT);
        store().record(login, LONG);

        assertThat(logins(ClientAddress.parse("2001:DB8:0:0:0:0:0:1"))).containsExactly(login);
        assertThat(store().find(ClientAddress.parse("2001:db8::2"))).isEmpty();
    }

    @Test
    default void findShouldReturnAllUsersOfAnAddress() {
        store().record(BOB, LONG);
        store().record(ALICE, LONG);
        store().record(UNKNOWN, LONG);

        assertThat(logins(CLIENT)).containsExactlyInAnyOrder(BOB, ALICE, UNKNOWN);
    }

    @Test
    default void findShouldEndEachUsersGrantAtItsOwnEnd() {
        store().record(BOB, SHORT);
        store().record(ALICE, LONG);
        pass(SHORT.toDuration().plus(tolerance()));

        assertThat(logins(CLIENT)).containsExactly(ALICE);
    }

    @Test
    default void recordShouldHoldEncryptedAndUnencryptedLoginsOfAUserApart() {
        store().record(BOB, LONG);
        store().record(BOB_UNENCRYPTED, SHORT);
        assertThat(logins(CLIENT)).containsExactlyInAnyOrder(BOB, BOB_UNENCRYPTED);

        pass(SHORT.toDuration().plus(tolerance()));

        assertThat(logins(CLIENT)).containsExactly(BOB);
    }

    @Test
    default void recordShouldHoldAnUnknownUserApartFromKnownOnes() {
        store().record(UNKNOWN, LONG);
        store().record(BOB_UNENCRYPTED, LONG);
        store().record(UNKNOWN, LONG);

        assertThat(logins(CLIENT)).containsExactlyInAnyOrder(UNKNOWN, BOB_UNENCRYPTED);
    }

    @Test
    default void recordShouldTakeThePlaceOfTheEarlierGrantOfTheSameUser() {
        store().record(BOB, LONG);
        pass(Duration.ofMillis(50));

        Grant latest = store().record(BOB, LONG);

        assertSame(theGrantOf(CLIENT), latest);
        assertSame(latest.grantedAt(), now());
    }

    @Test
    default void recordShouldShortenWhenTheNewLifetimeIsShorter() {
        store().record(BOB, LONG);
        store().record(BOB, SHORT);
        pass(SHORT.toDuration().plus(tolerance()));

        assertThat(store().find(CLIENT)).isEmpty();
    }

    @Test
    default void recordShouldReplaceTheProtocolOfTheEarlierGrant() {
        store().record(BOB, LONG);
        Login byHand = Login.of(CLIENT, "bob@example.org", Protocol.MANUAL, true);
        store().record(byHand, LONG);

        assertThat(logins(CLIENT)).containsExactly(byHand);
    }

    @Test
    default void recordShouldBeginAnewAfterTheEnd() {
        store().record(BOB, SHORT);
        pass(SHORT.toDuration().plus(tolerance()));
        Grant second = store().record(BOB, LONG);

        assertSame(theGrantOf(CLIENT), second);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "bob",
                "Bob@Example.org",
                "bob*?[a]@example.org",
                "o'brien \"the\" {bob}:@example.org",
                "b\u00f6b@\u4f8b\u3048.\u30c6\u30b9\u30c8",
                "\uD83D\uDE00@example.org",
                "bob|true|pop3\t\r\n\u0000 ",
                "-",
                "0"
            })
    default void findShouldReturnTheUsersNameExactly(String name) {
        Login login = Login.of(CLIENT, name, Protocol.POP3, true);
        store().record(login, LONG);

        assertThat(logins(CLIENT)).containsExactly(login);
        assertThat(store().revokeUser(name)).isEqualTo(1);
    }

    @Test
    default void findShouldReturnALongName() {
        Login login = Login.of(CLIENT, "b".repeat(2000), Protocol.POP3, true);
        store().record(login, LONG);

        assertThat(logins(CLIENT)).containsExactly(login);
    }

    @Test
    default void recordShouldTakeTwoSpellingsForTwoUsers() {
        Login capital = Login.of(CLIENT, "BOB@example.org", Protocol.POP3, true);
        store().record(BOB, LONG);
        store().record(capital, LONG);

        assertThat(logins(CLIENT)).containsExactlyInAnyOrder(BOB, capital);
    }

    @Test
    default void findShouldReturnAProtocolThatThisReleaseDoesNotKnow() {
        Login login = Login.of(CLIENT, "bob@example.org", Protocol.of("imap-idle"), true);
        store().record(login, LONG);

        assertThat(logins(CLIENT)).containsExactly(login);
    }

    // ---- renew

    @Test
    default void renewShouldProlong() {
        Grant grant = store().record(BOB, SHORT);
        pass(Duration.ofMillis(500));

        Optional<Grant> renewed = store().renew(grant, SHORT);
        pass(Duration.ofMillis(700));

        assertThat(renewed).isPresent();
        assertSame(theGrantOf(CLIENT), renewed.orElseThrow());
        pass(Duration.ofMillis(300).plus(tolerance()));
        assertThat(store().find(CLIENT)).isEmpty();
    }

    @Test
    default void renewShouldReturnTheLoginAndItsBeginAndTheNewEnd() {
        Grant grant = store().record(BOB, LONG);
        pass(Duration.ofMillis(50));

        Grant renewed = store().renew(grant, LONG).orElseThrow();

        assertThat(renewed.login()).isEqualTo(BOB);
        assertSame(renewed.grantedAt(), grant.grantedAt());
        assertSame(renewed.expiresAt(), now().plus(LONG.toDuration()));
    }

    @Test
    default void renewShouldNeverShorten() {
        Grant grant = store().record(BOB, LONG);

        Grant renewed = store().renew(grant, SHORT).orElseThrow();

        assertSame(renewed, grant);
        assertSame(theGrantOf(CLIENT), grant);
    }

    @Test
    default void renewShouldNotShortenWhatAnotherSessionOfTheUserProlonged() {
        Grant first = store().record(BOB, SHORT);
        Grant second = store().record(BOB, LONG);

        store().renew(first, SHORT);

        assertSame(theGrantOf(CLIENT).expiresAt(), second.expiresAt());
    }

    @Test
    default void renewShouldLeaveItToTheLaterLoginToTellOfItself() {
        Grant older = store().record(BOB, LONG);
        pass(tolerance().plus(tolerance()).plus(MILLISECOND));
        Grant later = store().record(Login.of(CLIENT, "bob@example.org", Protocol.MANUAL, true), SHORT);
        pass(MILLISECOND);

        Grant renewed = store().renew(older, LONG).orElseThrow();

        assertThat(theGrantOf(CLIENT).login()).isEqualTo(later.login());
        assertSame(theGrantOf(CLIENT).grantedAt(), later.grantedAt());
        assertSame(theGrantOf(CLIENT).expiresAt(), now().plus(LONG.toDuration()));
        assertThat(renewed.login()).isEqualTo(older.login());
        assertSame(renewed.grantedAt(), older.grantedAt());
        assertSame(renewed.expiresAt(), theGrantOf(CLIENT).expiresAt());
    }

    @Test
    default void renewShouldReviveAnEndedGrantWithItsOldBegin() {
        Grant grant = store().record(BOB, SHORT);
        pass(SHORT.toDuration().plus(tolerance()).plus(MILLISECOND));

        Grant renewed = store().renew(grant, LONG).orElseThrow();

        assertSame(renewed.grantedAt(), grant.grantedAt());
        assertSame(renewed.expiresAt(), now().plus(LONG.toDuration()));
        assertSame(theGrantOf(CLIENT), renewed);
    }

    @Test
    default void renewShouldLeaveTheOtherGrantsOfTheAddressAlone() {
        Grant grant = store().record(BOB, LONG);
        store().record(ALICE, SHORT);
        store().record(BOB_UNENCRYPTED, SHORT);
        store().record(UNKNOWN, SHORT);
        store().renew(grant, LONG);
        assertThat(logins(CLIENT)).containsExactlyInAnyOrder(BOB, ALICE, BOB_UNENCRYPTED, UNKNOWN);

        pass(SHORT.toDuration().plus(tolerance()));

        assertThat(logins(CLIENT)).containsExactly(BOB);
    }

    @Test
    default void renewShouldProlongTheGrantOfAnUnknownUser() {
        Grant grant = store().record(UNKNOWN, SHORT);

        Grant renewed = store().renew(grant, LONG).orElseThrow();

        assertSame(theGrantOf(CLIENT), renewed);
    }

    @Test
    default void renewShouldNotReviveAGrantWhoseAddressWasRevoked() {
        Grant grant = store().record(BOB, LONG);
        pass(MILLISECOND);
        store().revoke(CLIENT);

        assertThat(store().renew(grant, LONG)).isEmpty();
        assertThat(store().find(CLIENT)).isEmpty();
    }

    @Test
    default void renewShouldNotReviveAGrantWhoseUserWasRevoked() {
        Grant grant = store().record(BOB, LONG);
        Grant alices = store().record(ALICE, LONG);
        pass(MILLISECOND);
        store().revokeUser("bob@example.org");

        assertThat(store().renew(grant, LONG)).isEmpty();
        assertThat(store().renew(alices, LONG)).isPresent();
        assertThat(logins(CLIENT)).containsExactly(ALICE);
    }

    @Test
    default void renewShouldNotReviveAGrantThatWasRevokedAfterItsEnd() {
        Grant grant = store().record(BOB, SHORT);
        pass(SHORT.toDuration().plus(tolerance()));
        assertThat(store().revoke(CLIENT)).isZero();

        assertThat(store().renew(grant, LONG)).isEmpty();
        assertThat(store().find(CLIENT)).isEmpty();
    }

    @Test
    default void renewShouldKnowARevocationHoweverOftenItIsAsked() {
        Grant grant = store().record(BOB, LONG);
        pass(MILLISECOND);
        store().revoke(CLIENT);
        store().renew(grant, LONG);
        pass(SHORT.toDuration());

        assertThat(store().renew(grant, LONG)).isEmpty();
    }

    @Test
    default void renewShouldNotReachARevokedGrantThroughTheNextLogin() {
        Grant revoked = store().record(BOB, LONG);
        pass(MILLISECOND);
        store().revokeUser("bob@example.org");
        pass(MILLISECOND);
        store().record(BOB, SHORT);

        assertThat(store().renew(revoked, LONG)).isEmpty();
        pass(SHORT.toDuration().plus(tolerance()));
        assertThat(store().find(CLIENT)).isEmpty();
    }

    // ---- revoke

    @Test
    default void revokeShouldTakeAllGrantsOfTheAddressAndCountThem() {
        store().record(BOB, LONG);
        store().record(BOB_UNENCRYPTED, LONG);
        store().record(ALICE, LONG);
        store().record(UNKNOWN, LONG);

        assertThat(store().revoke(CLIENT)).isEqualTo(4);
        assertThat(store().find(CLIENT)).isEmpty();
        assertThat(store().revoke(CLIENT)).isZero();
    }

    @Test
    default void revokeShouldLeaveOtherAddressesAlone() {
        store().record(BOB, LONG);
        store().record(BOB.from(OTHER_CLIENT), LONG);

        store().revoke(CLIENT);

        assertThat(logins(OTHER_CLIENT)).containsExactly(BOB.from(OTHER_CLIENT));
    }

    @Test
    default void revokeShouldNotCountEndedGrants() {
        store().record(BOB, SHORT);
        store().record(ALICE, LONG);
        pass(SHORT.toDuration().plus(tolerance()));

        assertThat(store().revoke(CLIENT)).isEqualTo(1);
    }

    @Test
    default void revokeShouldReturnZeroForAnUnknownAddress() {
        assertThat(store().revoke(IPV6_CLIENT)).isZero();
    }

    @Test
    default void revokeShouldTakeAnIpv4MappedAddressForTheIpv4Address() {
        store().record(BOB, LONG);

        assertThat(store().revoke(ClientAddress.parse("::ffff:192.0.2.1"))).isEqualTo(1);
    }

    @Test
    default void revokeUserShouldTakeTheUsersGrantsAtEveryAddressAndCountThem() {
        store().record(BOB, LONG);
        store().record(BOB_UNENCRYPTED, LONG);
        store().record(BOB.from(OTHER_CLIENT), LONG);
        store().record(BOB.from(IPV6_CLIENT), LONG);
        store().record(ALICE, LONG);
        store().record(UNKNOWN, LONG);

        assertThat(store().revokeUser("bob@example.org")).isEqualTo(4);
        assertThat(logins(CLIENT)).containsExactlyInAnyOrder(ALICE, UNKNOWN);
        assertThat(store().find(OTHER_CLIENT)).isEmpty();
        assertThat(store().find(IPV6_CLIENT)).isEmpty();
        assertThat(store().revokeUser("bob@example.org")).isZero();
    }

    @Test
    default void revokeUserShouldNotCountEndedGrants() {
        store().record(BOB, SHORT);
        store().record(BOB.from(OTHER_CLIENT), LONG);
        pass(SHORT.toDuration().plus(tolerance()));

        assertThat(store().revokeUser("bob@example.org")).isEqualTo(1);
    }

    @Test
    default void revokeUserShouldTakeTheNameLiterally() {
        store().record(BOB, LONG);

        assertThat(store().revokeUser("*")).isZero();
        assertThat(store().revokeUser("bob")).isZero();
        assertThat(store().revokeUser("BOB@example.org")).isZero();
        assertThat(store().revokeUser("")).isZero();
        assertThat(logins(CLIENT)).containsExactly(BOB);
    }

    @Test
    default void recordShouldWorkAgainAfterARevocation() {
        store().record(BOB, LONG);
        pass(MILLISECOND);
        store().revoke(CLIENT);
        store().revokeUser("bob@example.org");
        pass(MILLISECOND);

        Grant grant = store().record(BOB, LONG);

        assertSame(theGrantOf(CLIENT), grant);
        assertThat(store().renew(grant, LONG)).isPresent();
    }

    // ---- list

    @Test
    default void listShouldReturnNothingWithoutALogin() {
        assertThat(store().list(GrantQuery.all())).isEmpty();
    }

    @Test
    default void listShouldReturnAllActiveGrantsByAddressThenUserThenEncryption() {
        store().record(BOB.from(IPV6_CLIENT), LONG);
        store().record(BOB, LONG);
        store().record(BOB.from(OTHER_CLIENT), LONG);
        store().record(UNKNOWN, LONG);
        store().record(BOB_UNENCRYPTED, LONG);
        store().record(ALICE, LONG);

        assertThat(listed(GrantQuery.all()))
                .containsExactly(UNKNOWN, ALICE, BOB_UNENCRYPTED, BOB, BOB.from(OTHER_CLIENT), BOB.from(IPV6_CLIENT));
    }

    @Test
    default void listShouldReturnWhatFindReturns() {
        Grant grant = store().record(BOB, LONG);

        assertThat(store().list(GrantQuery.all())).hasSize(1);
        assertSame(store().list(GrantQuery.all()).get(0), grant);
    }

    @Test
    default void listShouldLeaveOutEndedAndRevokedGrants() {
        store().record(BOB, SHORT);
        store().record(BOB.from(IPV6_CLIENT), LONG);
        store().record(ALICE, LONG);
        store().revoke(IPV6_CLIENT);
        pass(SHORT.toDuration().plus(tolerance()));

        assertThat(listed(GrantQuery.all())).containsExactly(ALICE);
    }

    @Test
    default void listShouldFilterByUser() {
        store().record(BOB, LONG);
        store().record(BOB.from(OTHER_CLIENT), LONG);
        store().record(ALICE, LONG);
        store().record(UNKNOWN, LONG);

        assertThat(listed(GrantQuery.all().ofUser("bob@example.org"))).containsExactly(BOB, BOB.from(OTHER_CLIENT));
    }

    @Test
    default void listShouldFilterByNetwork() {
        store().record(BOB, LONG);
        store().record(BOB.from(ClientAddress.parse("198.51.100.1")), LONG);
        store().record(BOB.from(IPV6_CLIENT), LONG);

        assertThat(listed(GrantQuery.all().within(Network.parse("192.0.2.0/24"))))
                .containsExactly(BOB);
        assertThat(listed(GrantQuery.all().within(Network.parse("::ffff:192.0.2.0/120"))))
                .containsExactly(BOB);
        assertThat(listed(GrantQuery.all().within(Network.parse("2001:db8::/32"))))
                .containsExactly(BOB.from(IPV6_CLIENT));
    }

    @Test
    default void listShouldCombineConditions() {
        store().record(BOB, LONG);
        store().record(BOB_UNENCRYPTED, LONG);
        store().record(BOB.from(IPV6_CLIENT), LONG);
        store().record(ALICE, LONG);

        GrantQuery query = GrantQuery.all()
                .ofUser("bob@example.org")
                .within(Network.parse("192.0.2.0/24"))
                .where(Grant::encrypted);

        assertThat(listed(query)).containsExactly(BOB);
    }

    @Test
    default void listShouldReturnPagesThatMakeUpTheWhole() {
        List<Login> logins = IntStream.range(0, 25)
                .mapToObj(i -> BOB.from(ClientAddress.parse("192.0.2." + (100 + i))))
                .collect(Collectors.toList());
        logins.forEach(login -> store().record(login, LONG));

        List<Login> pages = new ArrayList<>();
        GrantQuery query = GrantQuery.all();
        for (int i = 0; i < 3; i++) {
            List<Login> page = listed(query.first(10));
            pages.addAll(page);
            query = GrantQuery.all().after(page.get(page.size() - 1).address());
        }

        assertThat(pages).isEqualTo(logins);
    }

    @Test
    default void listShouldCountThePageAmongTheWantedGrants() {
        store().record(ALICE, LONG);
        store().record(BOB, LONG);
        store().record(BOB.from(OTHER_CLIENT), LONG);

        assertThat(listed(GrantQuery.all().first(1).ofUser("bob@example.org"))).containsExactly(BOB);
        assertThat(listed(GrantQuery.all().after(CLIENT).ofUser("bob@example.org")))
                .containsExactly(BOB.from(OTHER_CLIENT));
    }

    @Test
    default void listShouldReturnNothingForAnEmptyPageOrOneBehindTheEnd() {
        store().record(BOB, LONG);

        assertThat(store().list(GrantQuery.all().first(0))).isEmpty();
        assertThat(store().list(GrantQuery.all().after(CLIENT))).isEmpty();
    }

    // ---- a clock that is set

    @Test
    default void settingTheClockShouldNeitherEndNorLengthenAGrant() {
        store().record(BOB, SHORT);

        setWallClock(Duration.ofDays(3650));
        assertThat(logins(CLIENT)).containsExactly(BOB);
        setWallClock(Duration.ofDays(-7300));
        assertThat(logins(CLIENT)).containsExactly(BOB);

        pass(SHORT.toDuration().plus(tolerance()));
        assertThat(store().find(CLIENT)).isEmpty();
    }

    @Test
    default void aGrantFromWhileTheClockWasAheadShouldLastNoLonger() {
        setWallClock(Duration.ofDays(3650));
        store().record(BOB, SHORT);
        setWallClock(Duration.ofDays(-3650));

        pass(SHORT.toDuration().plus(tolerance()));

        assertThat(store().find(CLIENT)).isEmpty();
    }

    @Test
    default void renewShouldProlongAfterTheClockWasSetBack() {
        Grant grant = store().record(BOB, LONG);
        setWallClock(Duration.ofDays(-2));

        Grant renewed = store().renew(grant, LONG).orElseThrow();

        assertSame(renewed.expiresAt(), now().plus(LONG.toDuration()));
        assertSame(theGrantOf(CLIENT), renewed);
    }

    @Test
    default void aRevocationWhileTheClockWasAheadShouldNotTouchLaterLogins() {
        setWallClock(Duration.ofDays(1));
        store().record(BOB, LONG);
        pass(MILLISECOND);
        store().revoke(CLIENT);
        store().revokeUser("bob@example.org");
        setWallClock(Duration.ofDays(-1));
        pass(MILLISECOND);

        Grant grant = store().record(BOB, LONG);

        assertThat(store().renew(grant, LONG)).isPresent();
    }

    @Test
    default void aRevocationAfterTheClockWasSetBackShouldHold() {
        Grant grant = store().record(BOB, LONG);
        setWallClock(Duration.ofDays(-1));
        pass(MILLISECOND);

        assertThat(store().revokeUser("bob@example.org")).isEqualTo(1);
        assertThat(store().renew(grant, LONG)).isEmpty();
        assertThat(store().find(CLIENT)).isEmpty();
    }

    // ---- status

    @Test
    default void statusShouldBeAvailableAndCountTheGrants() {
        store().record(BOB, LONG);
        store().record(ALICE, LONG);
        store().record(BOB.from(OTHER_CLIENT), LONG);

        assertThat(store().status().state()).isEqualTo(State.AVAILABLE);
        assertThat(store().status().cause()).isEmpty();
        await().untilAsserted(() -> assertThat(store().status().grants()).isEqualTo(3));
    }

    // ---- many threads

    @Test
    default void recordShouldLoseNothingWhenManyThreadsRecordAtOneAddress() throws Exception {
        List<Login> logins = IntStream.range(0, 400)
                .mapToObj(i -> Login.of(CLIENT, "user" + i + "@example.org", Protocol.POP3, i % 2 == 0))
                .collect(Collectors.toList());

        atOnce(logins.stream()
                .map(login -> (Callable<Boolean>) () -> {
                    store().record(login, LONG);
                    return logins(CLIENT).contains(login);
                })
                .collect(Collectors.toList()));

        assertThat(logins(CLIENT)).containsExactlyInAnyOrderElementsOf(logins);
    }

    @Test
    default void recordShouldKeepOneGrantWhenManyThreadsRecordTheSameLogin() throws Exception {
        atOnce(IntStream.range(0, 200)
                .mapToObj(i -> (Callable<Boolean>) () -> {
                    Grant grant = store().record(BOB, LONG);
                    return store().renew(grant, LONG).isPresent()
                            && logins(CLIENT).contains(BOB);
                })
                .collect(Collectors.toList()));

        assertThat(logins(CLIENT)).containsExactly(BOB);
    }

    @Test
    default void revokeShouldCountEachGrantOnceWhenManyThreadsRevoke() throws Exception {
        IntStream.range(0, 50).forEach(i -> store().record(Login.of(CLIENT, "user" + i, Protocol.POP3, true), LONG));
        List<Callable<Integer>> calls = IntStream.range(0, 16)
                .mapToObj(i -> (Callable<Integer>) () -> store().revoke(CLIENT))
                .collect(Collectors.toList());

        assertThat(atOnceReturning(calls).stream().mapToInt(Integer::intValue).sum())
                .isEqualTo(50);
        assertThat(store().find(CLIENT)).isEmpty();
    }

    // ---- close

    @Test
    default void closeShouldMakeTheStoreUnavailable() {
        Grant grant = store().record(BOB, LONG);

        store().close();

        assertThatThrownBy(() -> store().record(BOB, LONG)).isInstanceOf(StoreUnavailableException.class);
        assertThatThrownBy(() -> store().renew(grant, LONG)).isInstanceOf(StoreUnavailableException.class);
        assertThatThrownBy(() -> store().find(CLIENT)).isInstanceOf(StoreUnavailableException.class);
        assertThatThrownBy(() -> store().revoke(CLIENT)).isInstanceOf(StoreUnavailableException.class);
        assertThatThrownBy(() -> store().revokeUser("bob")).isInstanceOf(StoreUnavailableException.class);
        assertThatThrownBy(() -> store().list(GrantQuery.all())).isInstanceOf(StoreUnavailableException.class);
        assertThat(store().status().state()).isEqualTo(State.UNAVAILABLE);
        assertThat(store().status().cause()).isNotEmpty();
    }

    @Test
    default void closeShouldDoNoHarmTwice() {
        store().close();

        assertThatCode(() -> store().close()).doesNotThrowAnyException();
        assertThat(store().status().state()).isEqualTo(State.UNAVAILABLE);
    }

    @Test
    default void closeShouldLetNoOtherExceptionReachCallsThatAreUnderWay() throws Exception {
        List<Callable<Boolean>> calls = IntStream.range(0, 200)
                .mapToObj(i -> (Callable<Boolean>) () -> {
                    if (i == 100) {
                        store().close();
                    }
                    try {
                        store().record(BOB, LONG);
                        store().find(CLIENT);
                    } catch (StoreUnavailableException e) {
                        return true;
                    }
                    return true;
                })
                .collect(Collectors.toList());

        atOnce(calls);

        assertThatThrownBy(() -> store().find(CLIENT)).isInstanceOf(StoreUnavailableException.class);
    }

    // ---- how it is said

    private List<Login> logins(ClientAddress address) {
        return store().find(address).stream().map(Grant::login).collect(Collectors.toList());
    }

    private List<Login> listed(GrantQuery query) {
        return store().list(query).stream().map(Grant::login).collect(Collectors.toList());
    }

    private Grant theGrantOf(ClientAddress address) {
        List<Grant> found = store().find(address);
        assertThat(found).hasSize(1);
        return found.get(0);
    }

    private void assertSame(Grant actual, Grant expected) {
        assertThat(actual.login()).isEqualTo(expected.login());
        assertSame(actual.grantedAt(), expected.grantedAt());
        assertSame(actual.expiresAt(), expected.expiresAt());
    }

    private void assertSame(Instant actual, Instant expected) {
        assertThat(actual)
                .isCloseTo(
                        expected.truncatedTo(ChronoUnit.MILLIS),
                        within(tolerance().toMillis(), ChronoUnit.MILLIS));
    }

    private static void atOnce(List<Callable<Boolean>> calls) throws Exception {
        assertThat(atOnceReturning(calls)).doesNotContain(false);
    }

    private static <T> List<T> atOnceReturning(List<Callable<T>> calls) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> future : threads.invokeAll(calls)) {
                results.add(future.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }
}
