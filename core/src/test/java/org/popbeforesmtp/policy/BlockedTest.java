// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.address.Network;
import org.popbeforesmtp.block.Block;
import org.popbeforesmtp.block.BlockStore;
import org.popbeforesmtp.block.BlockTarget;
import org.popbeforesmtp.block.Blocks;
import org.popbeforesmtp.block.KnownBlocks;
import org.popbeforesmtp.fakes.FakeSenders;
import org.popbeforesmtp.fakes.FaultyStore;
import org.popbeforesmtp.fakes.RecordedEvents;
import org.popbeforesmtp.runtime.MutableClock;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;
import org.popbeforesmtp.store.StoreLimits;
import org.popbeforesmtp.store.StoreUnavailableException;
import org.popbeforesmtp.store.memory.KeptBlockStore;
import org.popbeforesmtp.store.memory.MemoryGrantStore;
import org.popbeforesmtp.store.memory.MemoryValueStore;

/** What a block keeps from relaying, and from earning a grant. */
class BlockedTest {

    private static final ClientAddress CLIENT = ClientAddress.parse("192.0.2.1");
    private static final ClientAddress ELSEWHERE = ClientAddress.parse("198.51.100.1");
    private static final String BOB = "bob@example.org";
    private static final String ALICE = "alice@example.org";
    private static final BlockTarget NETWORK = BlockTarget.of(Network.parse("192.0.2.0/24"));

    private final MutableClock clock = new MutableClock();
    private final FaultyStore store =
            new FaultyStore(new MemoryGrantStore(clock, StoreLimits.of(100, () -> StoreLimits.MANY_USERS)));
    private final BlockStore blocks = new KeptBlockStore(clock, new MemoryValueStore(clock));
    private final FakeSenders senders =
            new FakeSenders().domain("example.org").user(BOB).user(ALICE).alias("sales@example.org", BOB);
    private final RecordedEvents events = new RecordedEvents();

    @AfterEach
    void close() {
        store.close();
    }

    private RelayPolicy policy(PolicySettings.Builder builder, KnownBlocks known) {
        PolicySettings settings = builder.build();
        return new RelayPolicy(
                settings,
                store,
                known,
                senders,
                new LoginsUnderWay(settings, clock),
                new RecentLogins(store, clock),
                clock,
                clock);
    }

    private RelayPolicy policy() {
        return policy(PolicySettings.builder(), blocks);
    }

    private LoginRecorder logins(KnownBlocks known) {
        return new LoginRecorder(PolicySettings.builder()::build, store, known, events, clock);
    }

    private static Login loginOf(ClientAddress address, String user) {
        return Login.of(address, user, Protocol.POP3, true);
    }

    private Grant login(ClientAddress address, String user) {
        return store.record(
                loginOf(address, user), PolicySettings.builder().build().lifetime());
    }

    private Block block(BlockTarget target, String duration) {
        Block block = Block.of(target, clock.instant(), clock.instant().plus(Duration.parse(duration)), "", "admin");
        blocks.put(block);
        return block;
    }

    private static void assertBlocked(Decision decision, Block block) {
        assertThat(decision.reason()).contains(Reason.BLOCKED);
        assertThat(decision.block()).contains(block);
        assertThat(decision.isAllowed()).isFalse();
        assertThat(decision.grant()).isEmpty();
    }

    // ---- relaying

    @Test
    void aBlockedAddressShouldRelayForNobodyUntilTheBlockEnds() {
        login(CLIENT, BOB);
        Block block = block(NETWORK, "PT5M");

        assertBlocked(policy().decide(CLIENT, Optional.of(BOB)), block);
        assertBlocked(policy().decide(CLIENT, Optional.of(ALICE)), block);
        assertBlocked(policy().decideForAnybody(CLIENT), block);
        clock.turn(Duration.ofMinutes(5));
        assertThat(policy().decide(CLIENT, Optional.of(BOB)).isAllowed()).isTrue();
    }

    @Test
    void anotherAddressShouldRelayAsBefore() {
        login(ELSEWHERE, BOB);
        block(NETWORK, "PT5M");

        assertThat(policy().decide(ELSEWHERE, Optional.of(BOB)).isAllowed()).isTrue();
    }

    @Test
    void aGrantOfABlockedUserShouldNotCountAndOthersAtTheAddressShould() {
        login(CLIENT, BOB);
        login(CLIENT, ALICE);
        Block block = block(BlockTarget.ofUser(BOB), "PT5M");

        assertBlocked(policy().decide(CLIENT, Optional.of(BOB)), block);
        assertThat(policy().decide(CLIENT, Optional.of("sales@example.org")).isAllowed())
                .isFalse();
        assertThat(policy().decide(CLIENT, Optional.of(ALICE)).isAllowed()).isTrue();
    }

    /** Their login is not recorded, so "check your mail first" would send them in circles. */
    @Test
    void aBlockedUserWithoutAGrantShouldBeToldOfTheBlock() {
        Block block = block(BlockTarget.ofUser(BOB), "PT5M");

        assertBlocked(policy().decide(CLIENT, Optional.of(BOB)), block);
        assertThat(policy().decide(CLIENT, Optional.of(ALICE)).reason()).contains(Reason.NO_GRANT);
    }

    @Test
    void underALaxRuleAGrantOfABlockedUserShouldNotCountEither() {
        login(CLIENT, BOB);
        block(BlockTarget.ofUser(BOB), "PT5M");

        for (SenderRule rule : new SenderRule[] {SenderRule.LOCAL, SenderRule.ANY}) {
            RelayPolicy lax = policy(PolicySettings.builder().sender(rule), blocks);
            assertThat(lax.decide(CLIENT, Optional.of(ALICE)).reason()).contains(Reason.NO_GRANT);
        }
    }

    @Test
    void oneAddressOfASharedIpv6NetworkShouldBeBlockedAlone() {
        ClientAddress thief = ClientAddress.parse("2001:db8::bad");
        RelayPolicy policy = policy(PolicySettings.builder().ipv6PrefixLength(64), blocks);
        login(ClientAddress.parse("2001:db8::"), BOB);
        Block block = block(BlockTarget.of(Network.parse("2001:db8::bad")), "PT5M");

        assertBlocked(policy.decide(thief, Optional.of(BOB)), block);
        assertThat(policy.decide(ClientAddress.parse("2001:db8::1"), Optional.of(BOB))
                        .isAllowed())
                .isTrue();
    }

    @Test
    void aBlockThatIsKnownShouldHoldWhileTheStoreCannotAnswer() {
        Grant known = login(CLIENT, BOB);
        Block block = block(NETWORK, "PT5M");
        store.failWith(() -> new StoreUnavailableException("away", null, List.of(known)));

        assertBlocked(policy().decide(CLIENT, Optional.of(BOB)), block);
    }

    @Test
    void aUserWhoIsBlockedShouldBeSoWhileTheStoreCannotAnswer() {
        Grant known = login(CLIENT, BOB);
        Block block = block(BlockTarget.ofUser(BOB), "PT5M");
        store.failWith(() -> new StoreUnavailableException("away", null, List.of(known)));

        assertBlocked(policy().decide(CLIENT, Optional.of(BOB)), block);
    }

    @Test
    void aGrantThatIsBlockedShouldNotBeInForce() {
        Grant bob = login(CLIENT, BOB);
        Grant alice = login(ELSEWHERE, ALICE);
        block(NETWORK, "PT5M");

        assertThat(policy().isInForce(bob)).isFalse();
        assertThat(policy().isInForce(alice)).isTrue();
        block(BlockTarget.ofUser(ALICE), "PT5M");
        assertThat(policy().isInForce(alice)).isFalse();
    }

    @Test
    void theRefusalShouldSayWhomToAsk() {
        RefusalTexts texts =
                RefusalTexts.of(Map.of(), "", PolicySettings.builder().build());

        assertThat(texts.withStatus(Reason.BLOCKED, CLIENT))
                .isEqualTo(
                        "5.7.1 Relaying denied for 192.0.2.1: sending after checking mail is blocked for this address or"
                                + " account; ask your administrator");
    }

    // ---- earning a grant

    @Test
    void aLoginThatIsBlockedShouldEarnNothing() {
        block(NETWORK, "PT5M");
        block(BlockTarget.ofUser(ALICE), "PT5M");

        assertThat(logins(blocks).record(loginOf(CLIENT, BOB))).isEmpty();
        assertThat(logins(blocks).record(loginOf(ELSEWHERE, ALICE))).isEmpty();
        assertThat(logins(blocks).recordLate(loginOf(CLIENT, BOB), clock.instant(), clock.instant()))
                .isEmpty();
        assertThat(store.records()).isZero();
        assertThat(events.take())
                .containsExactly(
                        "blocked 192.0.2.1 " + BOB, "blocked 198.51.100.1 " + ALICE, "blocked 192.0.2.1 " + BOB);
        assertThat(logins(blocks).record(loginOf(ELSEWHERE, BOB))).isPresent();
    }

    @Test
    void aSessionThatIsBlockedShouldRenewNothing() {
        Grant grant = login(CLIENT, BOB);
        block(BlockTarget.ofUser(BOB), "PT5M");
        clock.turn(Duration.ofMinutes(1));

        assertThat(logins(blocks).renew(grant, clock.instant())).isEmpty();
        assertThat(store.find(CLIENT)).containsExactly(grant);
    }

    /** A node that only records would never learn from its records that another node has ended the block. */
    @Test
    void aLoginShouldEarnAGrantOnceTheStoreSaysThatTheBlockHasEnded() {
        block(NETWORK, "PT5M");
        Blocks before = blocks.lastKnown();
        KnownBlocks learning = new KnownBlocks() {
            @Override
            public Blocks at(ClientAddress grantAddress) {
                return store.finds() == 0 ? before : Blocks.none();
            }

            @Override
            public Blocks lastKnown() {
                return before;
            }
        };

        assertThat(logins(learning).record(loginOf(CLIENT, BOB))).isPresent();
    }

    /** The store tells of the block with the answer to the login. */
    @Test
    void aLoginThatIsBlockedWhileItIsRecordedShouldNotCount() {
        List<Blocks> answers = new ArrayList<>(List.of(Blocks.none()));
        KnownBlocks blocking = new KnownBlocks() {
            @Override
            public Blocks at(ClientAddress grantAddress) {
                if (store.records() > 0) {
                    block(NETWORK, "PT5M");
                    answers.set(0, blocks.lastKnown());
                }
                return answers.get(0);
            }

            @Override
            public Blocks lastKnown() {
                return answers.get(0);
            }
        };

        assertThat(logins(blocking).record(loginOf(CLIENT, BOB))).isEmpty();
        assertThat(events.take()).containsExactly("blocked 192.0.2.1 " + BOB);
    }

    @Test
    void aBlockThatIsKnownShouldKeepLoginsOutWhileTheStoreCannotAnswer() {
        block(NETWORK, "PT5M");
        store.failWith(() -> new StoreUnavailableException("away"));

        assertThat(logins(blocks).record(loginOf(CLIENT, BOB))).isEmpty();
        assertThat(events.take()).containsExactly("blocked 192.0.2.1 " + BOB);
    }

    /** Or else whoever waits with a stolen password, connected, has a grant when the block ends. */
    @Test
    void aSessionThatWasBlockedAtItsLoginShouldEarnNothingWhenTheBlockEnds() {
        block(BlockTarget.ofUser(BOB), "PT5M");
        RecordedLogin session = RecordedLogin.atOnce(logins(blocks), clock, Optional.of(loginOf(CLIENT, BOB)));
        clock.turn(Duration.ofMinutes(6));

        session.clientIsActive();
        session.end();

        assertThat(store.find(CLIENT)).isEmpty();
    }
}
