// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.address.Network;

/**
 * What every {@link BlockStore} promises. A store's own test supplies an empty store and a way to let time pass. The ends of
 * blocks may come back some milliseconds earlier or later, where another clock than this process's measures them.
 */
public interface BlockStoreContract {

    ClientAddress CLIENT = ClientAddress.parse("192.0.2.1");
    ClientAddress OTHER_CLIENT = ClientAddress.parse("198.51.100.1");
    ClientAddress IPV6_CLIENT = ClientAddress.parse("2001:db8::1");
    BlockTarget NETWORK = BlockTarget.of(Network.parse("192.0.2.0/24"));
    BlockTarget BOB = BlockTarget.ofUser("bob@example.org");

    /** The store under test; always the same one within a test. */
    BlockStore store();

    Instant now();

    void pass(Duration time);

    /** The blocks as those see them who decide about the grants of an address, after they have looked these up. */
    default Blocks known(ClientAddress address) {
        return store().at(address);
    }

    default Block block(BlockTarget target, Duration duration) {
        return Block.of(target, now(), now().plus(duration), "stolen password, \u00fcber Nacht", "webadmin:j doe");
    }

    private List<BlockTarget> active(Blocks blocks) {
        return blocks.activeAt(now()).stream().map(Block::target).collect(Collectors.toUnmodifiableList());
    }

    @Test
    default void nothingShouldBeBlockedAtFirst() {
        assertThat(active(known(CLIENT))).isEmpty();
        assertThat(active(store().all())).isEmpty();
        assertThat(active(store().lastKnown())).isEmpty();
    }

    @Test
    default void aBlockedNetworkShouldHoldEachOfItsAddressesAndNoOther() {
        store().put(block(NETWORK, Duration.ofMinutes(5)));

        assertThat(known(CLIENT).ofAddress(CLIENT, now())).map(Block::target).contains(NETWORK);
        assertThat(known(OTHER_CLIENT).ofAddress(OTHER_CLIENT, now())).isEmpty();
        assertThat(known(IPV6_CLIENT).ofAddress(IPV6_CLIENT, now())).isEmpty();
    }

    @Test
    default void aBlockedUserShouldBeBlockedAtEachAddressAndNoOtherUser() {
        store().put(block(BOB, Duration.ofMinutes(5)));

        for (ClientAddress address : List.of(CLIENT, OTHER_CLIENT, IPV6_CLIENT)) {
            assertThat(known(address).ofUser("bob@example.org", now()))
                    .map(Block::target)
                    .contains(BOB);
            assertThat(known(address).ofUser("alice@example.org", now())).isEmpty();
            assertThat(known(address).ofAddress(address, now())).isEmpty();
        }
    }

    @Test
    default void aBlockShouldComeBackAsItWasPut() {
        Block block = block(BOB, Duration.ofDays(7));
        store().put(block);

        for (Blocks blocks : List.of(known(CLIENT), store().all(), store().lastKnown())) {
            Block found = blocks.ofUser("bob@example.org", now()).orElseThrow();
            assertThat(found.reason()).isEqualTo(block.reason());
            assertThat(found.by()).isEqualTo(block.by());
            assertThat(Duration.between(found.until(), block.until()))
                    .isBetween(Duration.ofSeconds(-2), Duration.ofSeconds(2));
            assertThat(Duration.between(found.since(), block.since()).abs()).isLessThan(Duration.ofSeconds(2));
        }
    }

    @Test
    default void aBlockShouldEndByItself() {
        store().put(block(NETWORK, Duration.ofSeconds(1)));
        pass(Duration.ofSeconds(1));

        assertThat(known(CLIENT).ofAddress(CLIENT, now())).isEmpty();
        assertThat(active(store().all())).isEmpty();
        assertThat(active(store().lastKnown())).isEmpty();
    }

    @Test
    default void ofSeveralBlocksOfAnAddressTheOneThatEndsLastShouldCount() {
        BlockTarget address = BlockTarget.of(Network.parse("192.0.2.1"));
        store().put(block(NETWORK, Duration.ofMinutes(5)));
        store().put(block(address, Duration.ofMinutes(9)));

        assertThat(known(CLIENT).ofAddress(CLIENT, now())).map(Block::target).contains(address);
    }

    @Test
    default void aBlockShouldReplaceOneWithTheSameTarget() {
        store().put(block(NETWORK, Duration.ofMinutes(5)));
        store().put(block(NETWORK, Duration.ofMinutes(1)));

        assertThat(active(known(CLIENT))).containsExactly(NETWORK);
        assertThat(known(CLIENT).ofAddress(CLIENT, now().plus(Duration.ofMinutes(1))))
                .isEmpty();
    }

    @Test
    default void aRemovedBlockShouldHoldNoLonger() {
        store().put(block(NETWORK, Duration.ofMinutes(5)));
        store().put(block(BOB, Duration.ofMinutes(5)));

        assertThat(store().remove(NETWORK)).map(Block::target).contains(NETWORK);

        assertThat(known(CLIENT).ofAddress(CLIENT, now())).isEmpty();
        assertThat(known(CLIENT).ofUser("bob@example.org", now())).isPresent();
        assertThat(active(store().all())).containsExactly(BOB);
    }

    @Test
    default void removingWhatIsNotBlockedShouldSaySo() {
        store().put(block(NETWORK, Duration.ofSeconds(1)));
        pass(Duration.ofSeconds(1));

        assertThat(store().remove(NETWORK)).isEmpty();
        assertThat(store().remove(BOB)).isEmpty();
    }

    @Test
    default void blocksShouldBeListedNetworksFirst() {
        store().put(block(BOB, Duration.ofMinutes(5)));
        store().put(block(NETWORK, Duration.ofMinutes(5)));

        assertThat(active(store().all())).containsExactly(NETWORK, BOB);
    }

    /** Only that the bound holds is tried here; how it is counted is the same for two blocks as for two thousand. */
    @Test
    default void tooManyBlocksShouldBeRefusedWithAReason() {
        for (int i = 0; i < BlockStore.MOST; i++) {
            store().put(block(BlockTarget.ofUser("user" + i), Duration.ofDays(1)));
        }

        assertThatThrownBy(() -> store().put(block(BOB, Duration.ofDays(1))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(BlockStore.TOO_MANY);
        store().put(block(BlockTarget.ofUser("user7"), Duration.ofDays(2)));
        store().remove(BlockTarget.ofUser("user8"));
        store().put(block(BOB, Duration.ofDays(1)));
        assertThat(store().all().activeAt(now())).hasSize(BlockStore.MOST);
    }
}
