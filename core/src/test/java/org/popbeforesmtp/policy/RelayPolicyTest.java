// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.address.NetworkSet;
import org.popbeforesmtp.block.KnownBlocks;
import org.popbeforesmtp.fakes.FakeSenders;
import org.popbeforesmtp.fakes.Faults;
import org.popbeforesmtp.fakes.FaultyStore;
import org.popbeforesmtp.runtime.MutableClock;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;
import org.popbeforesmtp.store.StoreLimits;
import org.popbeforesmtp.store.StoreUnavailableException;
import org.popbeforesmtp.store.memory.MemoryGrantStore;

class RelayPolicyTest {

    private static final ClientAddress CLIENT = ClientAddress.parse("192.0.2.1");
    private static final ClientAddress NEIGHBOUR = ClientAddress.parse("192.0.2.2");
    private static final String BOB = "bob@example.org";
    private static final String ALICE = "alice@example.org";
    private static final Lifetime LIFETIME = Lifetime.parse("15m");
    private static final Duration MILLISECOND = Duration.ofMillis(1);

    private final MutableClock clock = new MutableClock();
    private final FaultyStore store =
            new FaultyStore(new MemoryGrantStore(clock, StoreLimits.of(10_000, () -> StoreLimits.MANY_USERS)));
    private final FakeSenders senders = new FakeSenders()
            .domain("example.org")
            .user(BOB)
            .user(ALICE)
            .user("carol")
            .alias("sales@example.org", BOB)
            .alias("carol@example.org", "carol");

    @AfterEach
    void close() {
        store.close();
    }

    static Stream<Supplier<Throwable>> faults() {
        return Faults.ALL.stream();
    }

    // ---- whom a grant covers

    @Test
    void decideShouldRefuseWithoutAGrant() {
        assertRefused(policy().decide(CLIENT, Optional.of(BOB)), Reason.NO_GRANT);
    }

    @Test
    void decideShouldAllowTheUserWhoLoggedInUntilTheLifetimeIsOver() {
        Grant grant = login(CLIENT, BOB);
        RelayPolicy policy = policy();

        assertThat(policy.decide(CLIENT, Optional.of(BOB)).grant()).contains(grant);
        clock.turn(LIFETIME.toDuration().minus(MILLISECOND));
        assertAllowed(policy.decide(CLIENT, Optional.of(BOB)));
        clock.turn(MILLISECOND);
        assertRefused(policy.decide(CLIENT, Optional.of(BOB)), Reason.NO_GRANT);
    }

    @Test
    void decideShouldRefuseAnotherAddress() {
        login(CLIENT, BOB);

        assertRefused(policy().decide(NEIGHBOUR, Optional.of(BOB)), Reason.NO_GRANT);
    }

    @Test
    void decideShouldAllowAliasesOfTheUser() {
        login(CLIENT, BOB);

        assertAllowed(policy().decide(CLIENT, Optional.of("sales@example.org")));
        assertAllowed(policy().decide(CLIENT, Optional.of("Bob@EXAMPLE.org")));
    }

    @Test
    void decideShouldFollowTheMailServerWhereAUsersNameIsNoAddress() {
        login(CLIENT, "carol");

        assertAllowed(policy().decide(CLIENT, Optional.of("carol@example.org")));
        assertRefused(policy().decide(CLIENT, Optional.of(BOB)), Reason.SENDER);
    }

    @ParameterizedTest
    @ValueSource(strings = {ALICE, "bob@example.net", "nobody@example.org", "sales@example.net", ""})
    void decideShouldRefuseOtherSendersThanTheUser(String sender) {
        login(CLIENT, BOB);

        assertRefused(policy().decide(CLIENT, Optional.of(sender)), Reason.SENDER);
    }

    @Test
    void decideShouldRefuseTheNullSenderUnlessAnySenderMayRelay() {
        login(CLIENT, BOB);

        assertRefused(policy(SenderRule.LOGIN).decide(CLIENT, Optional.empty()), Reason.NULL_SENDER);
        assertRefused(policy(SenderRule.LOCAL).decide(CLIENT, Optional.empty()), Reason.NULL_SENDER);
        assertAllowed(policy(SenderRule.ANY).decide(CLIENT, Optional.empty()));
    }

    @Test
    void decideShouldAllowAnyLocalSenderWithLocal() {
        login(CLIENT, BOB);

        assertAllowed(policy(SenderRule.LOCAL).decide(CLIENT, Optional.of(ALICE)));
        assertAllowed(policy(SenderRule.LOCAL).decide(CLIENT, Optional.of("printer@example.org")));
        assertRefused(policy(SenderRule.LOCAL).decide(CLIENT, Optional.of("bob@example.net")), Reason.SENDER);
    }

    @Test
    void decideShouldAllowEverybodyWithAny() {
        login(CLIENT, BOB);

        assertAllowed(policy(SenderRule.ANY).decide(CLIENT, Optional.of("stranger@example.net")));
        assertRefused(policy(SenderRule.ANY).decide(NEIGHBOUR, Optional.of(BOB)), Reason.NO_GRANT);
    }

    @Test
    void decideShouldAllowEachOfSeveralUsersAndNameTheOneWhoIsMeant() {
        login(CLIENT, ALICE);
        clock.turn(Duration.ofMinutes(1));
        login(CLIENT, BOB);

        assertThat(userOf(policy().decide(CLIENT, Optional.of(ALICE)))).contains(ALICE);
        assertThat(userOf(policy().decide(CLIENT, Optional.of("sales@example.org"))))
                .contains(BOB);
        assertThat(policy().decide(CLIENT, Optional.of(ALICE)).seen()).hasSize(2);
    }

    @Test
    void decideShouldPreferTheGrantThatEndsLast() {
        login(CLIENT, ALICE);
        clock.turn(Duration.ofMinutes(1));
        Grant last = login(CLIENT, BOB);

        assertThat(policy(SenderRule.ANY)
                        .decide(CLIENT, Optional.of("x@example.net"))
                        .grant())
                .contains(last);
    }

    @Test
    void decideShouldNotLookForAliasesOfOthersIfUsersSendFromTheirOwnAddress() {
        IntStream.range(0, 40).forEach(i -> login(CLIENT, senders, "user" + i + "@example.org"));
        login(CLIENT, BOB);
        clock.turn(Duration.ofMinutes(1));
        int before = senders.questions();

        assertAllowed(policy().decide(CLIENT, Optional.of(BOB)));

        assertThat(senders.questions() - before).isLessThanOrEqualTo(3);
    }

    // ---- what a decision costs the mail server

    @ParameterizedTest
    @CsvSource({"user0@example.org, 3", "sales@example.org, 4", "nobody@example.org, 4"})
    void decideShouldAskTheMailServerAsOftenHoweverManyGrantsThereAre(String sender, int questions) {
        senders.alias("sales@example.org", "user0@example.org");
        for (int users : new int[] {1, 2, 50}) {
            IntStream.range(0, users).forEach(i -> login(CLIENT, senders, "user" + i + "@example.org"));
            RelayPolicy policy = policy();
            int before = senders.questions();

            policy.decide(CLIENT, Optional.of(sender));

            assertThat(senders.questions() - before).as("%d users", users).isEqualTo(questions);
        }
    }

    @Test
    void decideShouldAskForFewUsersEvenIfAllOfThemAreGone() {
        IntStream.range(0, 50).forEach(i -> login(CLIENT, senders, "user" + i + "@example.org"));
        IntStream.range(0, 50).forEach(i -> senders.delete("user" + i + "@example.org"));
        int before = senders.questions();

        assertRefused(policy().decide(CLIENT, Optional.of("user7@example.org")), Reason.NO_GRANT);

        assertThat(senders.questions() - before).isLessThanOrEqualTo(9);
    }

    /** The sender is a user and an alias of many others, and all of them are gone. */
    @Test
    void decideShouldLookUpAtMostElevenUsers() {
        String[] users = IntStream.range(0, 50)
                .mapToObj(i -> "user" + i + "@example.org")
                .toArray(String[]::new);
        senders.aliases("user0@example.org", users);
        Stream.of(users).forEach(user -> login(CLIENT, senders, user));
        Stream.of(users).forEach(senders::delete);
        int before = senders.questions();

        assertRefused(policy().decide(CLIENT, Optional.of("user0@example.org")), Reason.NO_GRANT);

        int domainNameAndAliases = 3;
        assertThat(senders.questions() - before).isEqualTo(domainNameAndAliases + 11);
    }

    @Test
    void decideShouldRememberWhoseAliasAnAddressIsForFiveSeconds() {
        login(CLIENT, BOB);
        RelayPolicy policy = policy();
        for (int i = 0; i < 100; i++) {
            assertAllowed(policy.decide(CLIENT, Optional.of("Sales@example.org")));
            assertRefused(policy.decide(CLIENT, Optional.of("nobody@example.org")), Reason.SENDER);
        }
        assertThat(senders.aliasLookups()).isEqualTo(2);

        senders.alias("nobody@example.org", BOB);
        clock.turn(Duration.ofSeconds(5).minus(MILLISECOND));
        assertRefused(policy.decide(CLIENT, Optional.of("nobody@example.org")), Reason.SENDER);
        clock.turn(MILLISECOND);

        assertAllowed(policy.decide(CLIENT, Optional.of("nobody@example.org")));
    }

    @Test
    void aClientThatNamesOneSenderOfNobodyAfterAnotherShouldWaitAndNobodyElse() {
        login(CLIENT, BOB);
        login(NEIGHBOUR, BOB);
        RelayPolicy policy = policy();
        for (int i = 0; i < 1000; i++) {
            policy.decide(CLIENT, Optional.of("x" + i + "@example.org"));
        }

        assertThat(senders.aliasLookups()).isEqualTo(20);
        assertRefused(policy.decide(CLIENT, Optional.of("y@example.org")), Reason.UNKNOWN);
        assertAllowed(policy.decide(CLIENT, Optional.of(BOB)));
        assertAllowed(policy.decide(NEIGHBOUR, Optional.of("sales@example.org")));

        clock.turn(Duration.ofSeconds(1).minus(MILLISECOND));
        assertRefused(policy.decide(CLIENT, Optional.of("y@example.org")), Reason.UNKNOWN);
        clock.turn(MILLISECOND);
        assertRefused(policy.decide(CLIENT, Optional.of("y@example.org")), Reason.SENDER);
        assertRefused(policy.decide(CLIENT, Optional.of("z@example.org")), Reason.UNKNOWN);
    }

    /** It has as many addresses as it likes. */
    @Test
    void aHouseholdThatNamesSendersOfNobodyShouldWaitAsOneClient() {
        PolicySettings settings = settings().ipv6PrefixLength(64).build();
        login(ClientAddress.parse("2001:db8:1:2::"), BOB);
        RelayPolicy policy = policy(settings);

        for (int i = 0; i < 100; i++) {
            ClientAddress client = ClientAddress.parse("2001:db8:1:2::" + Integer.toHexString(i));
            policy.decide(client, Optional.of("x" + i + "@example.org"));
        }

        assertThat(senders.aliasLookups()).isEqualTo(20);
    }

    @Test
    void aClientWhoseAliasesAreItsUsersShouldNeverWait() {
        login(CLIENT, BOB);
        RelayPolicy policy = policy();
        for (int i = 0; i < 500; i++) {
            senders.alias("alias" + i + "@example.org", BOB);

            assertAllowed(policy.decide(CLIENT, Optional.of("alias" + i + "@example.org")));
        }
    }

    @Test
    void aClientWithoutAGrantShouldCauseNoAliasLookup() {
        assertRefused(policy().decide(CLIENT, Optional.of("sales@example.org")), Reason.NO_GRANT);

        assertThat(senders.aliasLookups()).isZero();
    }

    // ---- logins under way

    @Test
    void decideShouldSayThatALoginIsUnderWayWhereItCouldHelp() {
        LoginsUnderWay underWay = new LoginsUnderWay(settings().build(), clock);
        RelayPolicy policy = new RelayPolicy(settings().build(), store, senders, underWay, clock);
        LoginsUnderWay.Attempt attempt = underWay.begin(CLIENT);

        assertRefused(policy.decide(CLIENT, Optional.of(BOB)), Reason.LOGIN_UNDER_WAY);
        assertRefused(policy.decide(NEIGHBOUR, Optional.of(BOB)), Reason.NO_GRANT);
        login(CLIENT, ALICE);
        assertRefused(policy.decide(CLIENT, Optional.of(BOB)), Reason.LOGIN_UNDER_WAY);
        assertAllowed(policy.decide(CLIENT, Optional.of(ALICE)));
        assertRefused(policy.decide(CLIENT, Optional.empty()), Reason.NULL_SENDER);

        attempt.end();
        assertRefused(policy.decide(CLIENT, Optional.of(BOB)), Reason.SENDER);
    }

    // ---- grants that name no user

    @Test
    void decideShouldRefuseAGrantThatNamesNoUserWithLogin() {
        store.record(Login.ofUnknownUser(CLIENT, Protocol.DRAC, false), LIFETIME);

        assertRefused(policy(SenderRule.LOGIN).decide(CLIENT, Optional.of(BOB)), Reason.SENDER);
        assertAllowed(policy(SenderRule.LOCAL).decide(CLIENT, Optional.of(BOB)));
        assertRefused(policy(SenderRule.LOCAL).decide(CLIENT, Optional.empty()), Reason.NULL_SENDER);
        assertAllowed(policy(SenderRule.ANY).decide(CLIENT, Optional.empty()));
    }

    // ---- users who are gone

    @ParameterizedTest
    @EnumSource(SenderRule.class)
    void decideShouldAllowNothingForAUserWhoNoLongerExists(SenderRule rule) {
        login(CLIENT, BOB);
        senders.delete(BOB);

        assertRefused(policy(rule).decide(CLIENT, Optional.of(BOB)), Reason.NO_GRANT);
        assertRefused(policy(rule).decide(CLIENT, Optional.of("sales@example.org")), Reason.NO_GRANT);
    }

    @Test
    void decideShouldGoOnWithTheUsersWhoAreLeft() {
        login(CLIENT, BOB);
        login(CLIENT, ALICE);
        senders.delete(BOB);

        assertThat(userOf(policy(SenderRule.LOCAL).decide(CLIENT, Optional.of(BOB))))
                .contains(ALICE);
        assertRefused(policy().decide(CLIENT, Optional.of(BOB)), Reason.SENDER);
    }

    // ---- shared addresses

    @Test
    void decideShouldAllowAsManyUsersAsTheLimitSaysAndNobodyBeyond() {
        RelayPolicy policy = policy(settings().maxUsersPerAddress(3));
        login(CLIENT, BOB);
        login(CLIENT, ALICE);
        clock.turn(Duration.ofMinutes(5));
        login(CLIENT, "carol");
        assertAllowed(policy.decide(CLIENT, Optional.of(BOB)));

        login(CLIENT, senders, "dave@example.org");

        assertRefused(policy.decide(CLIENT, Optional.of(BOB)), Reason.SHARED);
        assertThat(policy.decide(CLIENT, Optional.of(BOB)).seen()).hasSize(4);
    }

    @Test
    void decideShouldAllowAgainOnceEnoughGrantsHaveEnded() {
        RelayPolicy policy = policy(settings().maxUsersPerAddress(1));
        login(CLIENT, BOB);
        clock.turn(Duration.ofMinutes(5));
        login(CLIENT, ALICE);
        assertRefused(policy.decide(CLIENT, Optional.of(ALICE)), Reason.SHARED);

        clock.turn(Duration.ofMinutes(10));

        assertAllowed(policy.decide(CLIENT, Optional.of(ALICE)));
    }

    @Test
    void decideShouldCountOneUserOnceHoweverOftenAndInWhicheverWayTheyLogIn() {
        RelayPolicy policy = policy(settings().maxUsersPerAddress(1));
        for (int i = 0; i < 20; i++) {
            store.record(Login.of(CLIENT, BOB, Protocol.POP3, i % 2 == 0), LIFETIME);
            clock.turn(Duration.ofSeconds(1));
        }

        assertThat(policy.decide(CLIENT, Optional.of(BOB)).seen()).hasSize(2);
        assertAllowed(policy.decide(CLIENT, Optional.of(BOB)));
    }

    @Test
    void decideShouldNotCountGrantsThatNameNoUser() {
        store.record(Login.ofUnknownUser(CLIENT, Protocol.DRAC, false), LIFETIME);
        login(CLIENT, BOB);

        assertAllowed(policy(settings().maxUsersPerAddress(1)).decide(CLIENT, Optional.of(BOB)));
    }

    @Test
    void decideShouldKnowNoSharedAddressIfTheLimitIsZero() {
        IntStream.range(0, 200).forEach(i -> login(CLIENT, senders, "user" + i + "@example.org"));

        assertAllowed(policy(settings().maxUsersPerAddress(0)).decide(CLIENT, Optional.of("user7@example.org")));
        assertRefused(policy().decide(CLIENT, Optional.of("user7@example.org")), Reason.SHARED);
    }

    @Test
    void decideShouldLeaveOtherAddressesAloneIfOneIsShared() {
        login(CLIENT, BOB);
        login(CLIENT, ALICE);
        login(NEIGHBOUR, BOB);

        assertAllowed(policy(settings().maxUsersPerAddress(1)).decide(NEIGHBOUR, Optional.of(BOB)));
    }

    // ---- encryption

    @Test
    void decideShouldRefuseUnencryptedLoginsOnlyIfTlsIsRequired() {
        store.record(Login.of(CLIENT, BOB, Protocol.POP3, false), LIFETIME);

        assertAllowed(policy().decide(CLIENT, Optional.of(BOB)));
        assertRefused(policy(settings().requireTls(true)).decide(CLIENT, Optional.of(BOB)), Reason.UNENCRYPTED);
    }

    @Test
    void decideShouldNotLetAnUnencryptedLoginHideAnEncryptedOne() {
        login(CLIENT, BOB);
        store.record(Login.of(CLIENT, BOB, Protocol.POP3, false), LIFETIME);

        assertAllowed(policy(settings().requireTls(true)).decide(CLIENT, Optional.of(BOB)));
    }

    @Test
    void decideShouldNotLetTheEncryptedLoginOfOneSpeakForAnother() {
        login(CLIENT, ALICE);
        store.record(Login.of(CLIENT, BOB, Protocol.POP3, false), LIFETIME);

        assertRefused(policy(settings().requireTls(true)).decide(CLIENT, Optional.of(BOB)), Reason.SENDER);
    }

    // ---- networks

    @Test
    void decideShouldRefuseExcludedNetworksWithoutAskingTheStore() {
        login(CLIENT, BOB);
        RelayPolicy policy = policy(settings().excluded(NetworkSet.parse(List.of("192.0.2.0/31"))));

        assertRefused(policy.decide(CLIENT, Optional.of(BOB)), Reason.EXCLUDED);
        assertThat(store.finds()).isZero();
        assertRefused(policy.decide(NEIGHBOUR, Optional.of(BOB)), Reason.NO_GRANT);
    }

    @Test
    void decideShouldRefuseWhatIsOutsideTheOnlyNetworks() {
        login(CLIENT, BOB);
        login(NEIGHBOUR, BOB);
        RelayPolicy policy = policy(settings().only(NetworkSet.parse(List.of("192.0.2.2", "2001:db8::/32"))));

        assertRefused(policy.decide(CLIENT, Optional.of(BOB)), Reason.EXCLUDED);
        assertAllowed(policy.decide(NEIGHBOUR, Optional.of(BOB)));
    }

    @Test
    void decideShouldRefuseWhatIsExcludedEvenWithinTheOnlyNetworks() {
        login(CLIENT, BOB);
        RelayPolicy policy = policy(settings()
                .only(NetworkSet.parse(List.of("192.0.2.0/24")))
                .excluded(NetworkSet.parse(List.of("192.0.2.1"))));

        assertRefused(policy.decide(CLIENT, Optional.of(BOB)), Reason.EXCLUDED);
    }

    @Test
    void decideShouldTakeAMappedAddressForTheIpv4Address() {
        login(ClientAddress.parse("::ffff:192.0.2.1"), BOB);
        RelayPolicy policy = policy(settings().excluded(NetworkSet.parse(List.of("::ffff:192.0.2.0/120"))));

        assertAllowed(policy().decide(CLIENT, Optional.of(BOB)));
        assertRefused(policy.decide(CLIENT, Optional.of(BOB)), Reason.EXCLUDED);
    }

    // ---- users

    private static PolicySettings.Builder withoutBob() {
        return settings().excludedUsers(UserSet.parse(List.of(BOB)));
    }

    @Test
    void decideShouldRefuseAGrantOfAnExcludedUserFromBefore() {
        Grant grant = login(CLIENT, BOB);

        assertRefused(policy(withoutBob()).decide(CLIENT, Optional.of(BOB)), Reason.USER_EXCLUDED);
        assertThat(policy(withoutBob()).isInForce(grant)).isFalse();
        for (SenderRule rule : List.of(SenderRule.LOCAL, SenderRule.ANY)) {
            assertRefused(policy(withoutBob().sender(rule)).decide(CLIENT, Optional.of(ALICE)), Reason.NO_GRANT);
        }
    }

    @Test
    void decideShouldTellAnExcludedUserWhyWithoutAnyGrant() {
        assertRefused(policy(withoutBob()).decide(CLIENT, Optional.of(BOB)), Reason.USER_EXCLUDED);
        assertRefused(policy(withoutBob()).decide(CLIENT, Optional.of(ALICE)), Reason.NO_GRANT);
        assertRefused(
                policy(withoutBob().sender(SenderRule.ANY)).decide(CLIENT, Optional.of("bob@example.net")),
                Reason.NO_GRANT);
    }

    @Test
    void decideShouldStillServeTheOthersAtTheAddressOfAnExcludedUser() {
        login(CLIENT, BOB);
        login(CLIENT, ALICE);

        assertAllowed(policy(withoutBob()).decide(CLIENT, Optional.of(ALICE)));
        assertRefused(policy(withoutBob()).decide(CLIENT, Optional.of(BOB)), Reason.USER_EXCLUDED);
    }

    @Test
    void decideShouldExcludeWholeDomains() {
        login(CLIENT, BOB);
        RelayPolicy policy = policy(settings().excludedUsers(UserSet.parse(List.of("@example.org"))));

        assertRefused(policy.decide(CLIENT, Optional.of(BOB)), Reason.USER_EXCLUDED);
        assertRefused(policy.decide(CLIENT, Optional.of("sales@example.org")), Reason.USER_EXCLUDED);
    }

    // ---- IPv6 prefix

    @Test
    void decideShouldLookForTheGrantOfTheWholeNetwork() {
        PolicySettings settings = settings().ipv6PrefixLength(64).build();
        ClientAddress first = ClientAddress.parse("2001:db8:1:2::a");
        store.record(Login.of(settings.grantAddress(first), BOB, Protocol.POP3, true), LIFETIME);
        RelayPolicy policy = policy(settings);

        assertAllowed(policy.decide(first, Optional.of(BOB)));
        assertAllowed(policy.decide(ClientAddress.parse("2001:db8:1:2:ffff::1"), Optional.of(BOB)));
        assertRefused(policy.decide(ClientAddress.parse("2001:db8:1:3::a"), Optional.of(BOB)), Reason.NO_GRANT);
    }

    // ---- no answer

    @ParameterizedTest
    @MethodSource("faults")
    void decideShouldNotAllowIfTheStoreCannotTell(Supplier<Throwable> fault) {
        login(CLIENT, BOB);
        store.failWith(fault);

        Decision decision = policy().decide(CLIENT, Optional.of(BOB));

        assertRefused(decision, Reason.UNKNOWN);
        assertThat(decision.cause().map(Throwable::getClass))
                .isEqualTo(Optional.of(fault.get().getClass()));
        store.failWith(null);
        assertAllowed(policy().decide(CLIENT, Optional.of(BOB)));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void decideShouldNotAllowIfTheMailServerCannotTell(Supplier<Throwable> fault) {
        login(CLIENT, BOB);
        senders.failWith(fault);

        Decision decision = policy().decide(CLIENT, Optional.of(BOB));

        assertRefused(decision, Reason.UNKNOWN);
        assertThat(decision.cause()).isNotEmpty();
    }

    @Test
    void decideShouldKnowThatASenderIsWrongEvenIfTheStoreIsDown() {
        store.failWith(Faults.ALL.get(0));

        assertRefused(policy().decide(CLIENT, Optional.of("bob@example.net")), Reason.SENDER);
        assertRefused(policy().decide(CLIENT, Optional.empty()), Reason.NULL_SENDER);
    }

    @Test
    void decideShouldAllowByWhatTheStoreKnowsWhileItCannotTellTheRest() {
        Grant grant = login(CLIENT, BOB);
        theStoreKnowsOnly(grant);

        assertAllowed(policy().decide(CLIENT, Optional.of(BOB)));
    }

    @Test
    void decideShouldLeaveOpenWhatAnUnknownGrantMayAllow() {
        theStoreKnowsOnly(login(CLIENT, BOB));

        Decision decision = policy().decide(CLIENT, Optional.of(ALICE));

        assertRefused(decision, Reason.UNKNOWN);
        assertThat(decision.cause()).isNotEmpty();
        assertThat(decision.seen()).hasSize(1);
        senders.delete(BOB);
        assertRefused(policy().decide(CLIENT, Optional.of(BOB)), Reason.UNKNOWN);
    }

    @Test
    void decideShouldNotTellThatNobodyLoggedInEncryptedIfTheStoreKnowsOnlySome() {
        theStoreKnowsOnly(store.record(Login.of(CLIENT, BOB, Protocol.POP3, false), LIFETIME));

        assertAllowed(policy().decide(CLIENT, Optional.of(BOB)));
        assertRefused(policy(settings().requireTls(true)).decide(CLIENT, Optional.of(BOB)), Reason.UNKNOWN);
    }

    @Test
    void decideShouldReportWhatNoGrantCanChangeEvenIfTheStoreKnowsOnlySome() {
        Grant bobs = login(CLIENT, BOB);
        theStoreKnowsOnly(bobs, login(CLIENT, ALICE));

        assertRefused(policy().decide(CLIENT, Optional.of("bob@example.net")), Reason.SENDER);
        assertRefused(policy(settings().maxUsersPerAddress(1)).decide(CLIENT, Optional.of(BOB)), Reason.SHARED);
    }

    private void theStoreKnowsOnly(Grant... known) {
        store.failWith(() -> new StoreUnavailableException("the store is cut off", null, List.of(known)));
    }

    @Test
    void decideShouldNotAllowOnceTheStoreIsClosed() {
        login(CLIENT, BOB);
        RelayPolicy policy = policy();
        store.close();

        assertRefused(policy.decide(CLIENT, Optional.of(BOB)), Reason.UNKNOWN);
    }

    // ---- a changed configuration

    @Test
    void decideShouldNotLetAGrantFromBeforeOutliveAShorterLifetime() {
        store.record(Login.of(CLIENT, BOB, Protocol.POP3, true), Lifetime.parse("24h"));
        clock.turn(Duration.ofHours(1));
        RelayPolicy restarted = policy();

        assertAllowed(restarted.decide(CLIENT, Optional.of(BOB)));
        clock.turn(LIFETIME.toDuration().minus(MILLISECOND));
        assertAllowed(restarted.decide(CLIENT, Optional.of(BOB)));
        clock.turn(MILLISECOND);
        assertRefused(restarted.decide(CLIENT, Optional.of(BOB)), Reason.NO_GRANT);
        clock.turn(Duration.ofHours(22).plus(Duration.ofMinutes(35)));
        assertThat(restarted.decide(CLIENT, Optional.of(BOB)).seen())
                .as("still in the store")
                .hasSize(1);
        assertRefused(restarted.decide(CLIENT, Optional.of(BOB)), Reason.NO_GRANT);
    }

    @Test
    void decideShouldNotLetAGrantFromBeforeOutliveALifetimeThatIsALittleShorter() {
        Grant grant = store.record(Login.of(CLIENT, BOB, Protocol.POP3, true), Lifetime.parse("20m"));
        clock.turn(Duration.ofMinutes(2));
        RelayPolicy restarted = policy();

        clock.turn(Duration.ofMinutes(15));

        assertThat(grant.isActiveAt(clock.instant())).isTrue();
        assertRefused(restarted.decide(CLIENT, Optional.of(BOB)), Reason.NO_GRANT);
        assertThat(restarted.isInForce(grant)).isFalse();
    }

    @Test
    void decideShouldAllowLoginsSinceTheRestartForTheirWholeLifetime() {
        RelayPolicy policy = policy();
        clock.turn(Duration.ofDays(3));
        login(CLIENT, BOB);

        clock.turn(LIFETIME.toDuration().minus(MILLISECOND));

        assertAllowed(policy.decide(CLIENT, Optional.of(BOB)));
    }

    @Test
    void decideShouldLetAManualGrantLastAsLongAsItWasMade() {
        store.record(Login.of(CLIENT, BOB, Protocol.MANUAL, true), Lifetime.parse("24h"));
        clock.turn(Duration.ofHours(1));
        RelayPolicy restarted = policy();
        clock.turn(Duration.ofHours(22));

        assertAllowed(restarted.decide(CLIENT, Optional.of(BOB)));
    }

    @Test
    void decideShouldApplyEachChangedRuleToGrantsFromBefore() {
        store.record(Login.of(CLIENT, BOB, Protocol.POP3, false), LIFETIME);
        login(CLIENT, ALICE);
        clock.turn(Duration.ofMinutes(1));

        assertAllowed(policy().decide(CLIENT, Optional.of(BOB)));
        assertRefused(policy(settings().requireTls(true)).decide(CLIENT, Optional.of(BOB)), Reason.SENDER);
        assertRefused(policy(settings().maxUsersPerAddress(1)).decide(CLIENT, Optional.of(BOB)), Reason.SHARED);
        assertRefused(
                policy(settings().excluded(NetworkSet.parse(List.of("192.0.2.1"))))
                        .decide(CLIENT, Optional.of(BOB)),
                Reason.EXCLUDED);
    }

    // ---- when to ask at all, and what counts

    @Test
    void canCoverShouldNeedALocalSenderUnlessAnybodyIsCovered() {
        for (SenderRule rule : List.of(SenderRule.LOGIN, SenderRule.LOCAL)) {
            assertThat(policy(rule).canCover(() -> true)).isTrue();
            assertThat(policy(rule).canCover(() -> false)).isFalse();
        }
        assertThat(policy(SenderRule.ANY).canCover(() -> false)).isTrue();
        assertThat(store.finds()).isZero();
    }

    @Test
    void aSenderShouldBeLocalIfItsDomainIs() {
        RelayPolicy policy = policy(SenderRule.LOGIN);

        assertThat(policy.isLocal(Optional.of("x@Example.Org"))).isTrue();
        assertThat(policy.isLocal(Optional.of("x@example.net"))).isFalse();
        assertThat(policy.isLocal(Optional.of("\"x@example.org\"@example.net"))).isFalse();
        assertThat(policy.isLocal(Optional.empty())).isFalse();
        assertThat(store.finds()).isZero();
    }

    @Test
    void onlyGrantsThatTheSettingsLetCountShouldBeInForce() {
        Grant unencrypted = store.record(Login.of(CLIENT, BOB, Protocol.POP3, false), LIFETIME);
        Grant encrypted = login(NEIGHBOUR, BOB);

        assertThat(policy().isInForce(unencrypted)).isTrue();
        assertThat(policy(settings().requireTls(true)).isInForce(unencrypted)).isFalse();
        assertThat(policy(settings().requireTls(true)).isInForce(encrypted)).isTrue();
        assertThat(policy(settings().excluded(NetworkSet.parse(List.of("192.0.2.2"))))
                        .isInForce(encrypted))
                .isFalse();
    }

    // ---- how it is said

    // ---- IPv4 and IPv6 of one client

    private static final ClientAddress IPV6 = ClientAddress.parse("2001:db8::1");

    private final RecentLogins recent = new RecentLogins(store, clock);

    private RelayPolicy policyThatKnowsRecentLogins(PolicySettings.Builder builder) {
        PolicySettings settings = builder.build();
        return new RelayPolicy(
                settings, store, KnownBlocks.NONE, senders, new LoginsUnderWay(settings, clock), recent, clock, clock);
    }

    private Grant recentLogin(ClientAddress address, String user) {
        return recent.record(Login.of(address, user, Protocol.POP3, true), LIFETIME);
    }

    @Test
    void decideShouldReportTheOtherIpVersionForAsLongAsTheGrantThereCounts() {
        recentLogin(IPV6, BOB);
        RelayPolicy policy = policyThatKnowsRecentLogins(settings());
        assertRefused(policy.decide(CLIENT, Optional.of(BOB)), Reason.OTHER_IP_VERSION);
        assertThat(policy.ofOtherIpVersion(CLIENT, Optional.of(BOB)).map(Grant::address))
                .contains(IPV6);
        assertRefused(policy.decide(CLIENT, Optional.of(ALICE)), Reason.NO_GRANT);
        assertRefused(policy.decide(ClientAddress.parse("2001:db8::2"), Optional.of(BOB)), Reason.NO_GRANT);

        clock.turn(LIFETIME.toDuration());
        assertRefused(policy.decide(CLIENT, Optional.of(BOB)), Reason.NO_GRANT);
    }

    @Test
    void decideShouldTellAnIpv6ClientOfALoginOverIpv4() {
        recentLogin(CLIENT, BOB);

        assertRefused(policyThatKnowsRecentLogins(settings()).decide(IPV6, Optional.of(BOB)), Reason.OTHER_IP_VERSION);
    }

    @Test
    void decideShouldReportTheOtherIpVersionWhereSomebodyElseHasAGrant() {
        recentLogin(IPV6, BOB);
        recentLogin(CLIENT, ALICE);

        assertRefused(
                policyThatKnowsRecentLogins(settings()).decide(CLIENT, Optional.of(BOB)), Reason.OTHER_IP_VERSION);
    }

    @Test
    void decideShouldAllowWhateverIsRemembered() {
        recentLogin(IPV6, BOB);
        recentLogin(CLIENT, BOB);

        assertAllowed(policyThatKnowsRecentLogins(settings()).decide(CLIENT, Optional.of(BOB)));
    }

    @Test
    void decideShouldForgetWhatWasRevokedAndWhatCountsNoMore() {
        recentLogin(IPV6, BOB);
        assertRefused(
                policyThatKnowsRecentLogins(settings().excluded(NetworkSet.parse(List.of("2001:db8::/32"))))
                        .decide(CLIENT, Optional.of(BOB)),
                Reason.NO_GRANT);
        recent.forget(Revocation.ofUser(BOB, "test"));
        assertRefused(policyThatKnowsRecentLogins(settings()).decide(CLIENT, Optional.of(BOB)), Reason.NO_GRANT);

        recentLogin(IPV6, BOB);
        recent.forget(Revocation.ofAddress(CLIENT, "test"));
        assertRefused(
                policyThatKnowsRecentLogins(settings()).decide(CLIENT, Optional.of(BOB)), Reason.OTHER_IP_VERSION);
        recent.forget(Revocation.ofAddress(IPV6, "test"));
        assertRefused(policyThatKnowsRecentLogins(settings()).decide(CLIENT, Optional.of(BOB)), Reason.NO_GRANT);
    }

    @Test
    void tellingOfTheOtherIpVersionShouldCostNoLookUpMore() {
        recentLogin(IPV6, BOB);
        RelayPolicy policy = policyThatKnowsRecentLogins(settings());
        for (int i = 1; i <= 1_000; i++) {
            assertRefused(policy.decide(CLIENT, Optional.of(BOB)), Reason.OTHER_IP_VERSION);
            assertThat(store.finds()).isEqualTo(i);
        }
        assertThat(senders.aliasLookups()).isZero();
    }

    @Test
    void decideShouldKnowWhereARenewalWas() {
        Grant grant = recentLogin(IPV6, BOB);
        clock.turn(Duration.ofMinutes(10));
        recent.renew(grant, LIFETIME);
        clock.turn(Duration.ofMinutes(10));

        assertRefused(
                policyThatKnowsRecentLogins(settings()).decide(CLIENT, Optional.of(BOB)), Reason.OTHER_IP_VERSION);
    }

    private RelayPolicy policy() {
        return policy(settings());
    }

    private RelayPolicy policy(SenderRule rule) {
        return policy(settings().sender(rule));
    }

    private RelayPolicy policy(PolicySettings settings) {
        return new RelayPolicy(settings, store, senders, new LoginsUnderWay(settings, clock), clock);
    }

    private RelayPolicy policy(PolicySettings.Builder settings) {
        return policy(settings.build());
    }

    private static PolicySettings.Builder settings() {
        return PolicySettings.builder().lifetime(LIFETIME);
    }

    private Grant login(ClientAddress address, String user) {
        return store.record(Login.of(address, user, Protocol.POP3, true), LIFETIME);
    }

    private void login(ClientAddress address, FakeSenders known, String user) {
        known.user(user);
        login(address, user);
    }

    private static Optional<String> userOf(Decision decision) {
        return decision.grant().flatMap(Grant::user);
    }

    private static void assertAllowed(Decision decision) {
        assertThat(decision.reason()).isEmpty();
        assertThat(decision.cause()).isEmpty();
        assertThat(decision.grant()).isPresent();
        assertThat(decision.isAllowed()).isTrue();
    }

    private static void assertRefused(Decision decision, Reason reason) {
        assertThat(decision.reason()).contains(reason);
        assertThat(decision.grant()).isEmpty();
        assertThat(decision.isAllowed()).isFalse();
    }
}
