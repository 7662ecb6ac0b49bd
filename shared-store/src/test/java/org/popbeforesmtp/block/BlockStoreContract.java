// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.address.Network;

/** What every {@link BlockStore} promises. A store's own test supplies an empty store and a way to let time pass. */
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

    default Block block(BlockTarget target, Duration duration) {
        return Block.of(target, now(), now().plus(duration), "stolen password", "admin");
    }

    @Test
    default void nothingShouldBeBlockedAtFirst() {
        assertThat(store().current().activeAt(now())).isEmpty();
    }

    @Test
    default void aBlockedNetworkShouldHoldEachOfItsAddressesAndNoOther() {
        Block block = block(NETWORK, Duration.ofMinutes(5));
        store().put(block);

        assertThat(store().current().ofAddress(CLIENT, now())).contains(block);
        assertThat(store().current().ofAddress(OTHER_CLIENT, now())).isEmpty();
        assertThat(store().current().ofAddress(IPV6_CLIENT, now())).isEmpty();
    }

    @Test
    default void aBlockedUserShouldBeBlockedAndNoOther() {
        Block block = block(BOB, Duration.ofMinutes(5));
        store().put(block);

        assertThat(store().current().ofUser("bob@example.org", now())).contains(block);
        assertThat(store().current().ofUser("alice@example.org", now())).isEmpty();
        assertThat(store().current().ofAddress(CLIENT, now())).isEmpty();
    }

    @Test
    default void aBlockShouldEndByItself() {
        store().put(block(NETWORK, Duration.ofSeconds(1)));
        pass(Duration.ofSeconds(1));

        assertThat(store().current().ofAddress(CLIENT, now())).isEmpty();
        assertThat(store().current().activeAt(now())).isEmpty();
    }

    @Test
    default void ofSeveralBlocksOfAnAddressTheOneThatEndsLastShouldCount() {
        Block longer = block(BlockTarget.of(Network.parse("192.0.2.1")), Duration.ofMinutes(9));
        store().put(block(NETWORK, Duration.ofMinutes(5)));
        store().put(longer);

        assertThat(store().current().ofAddress(CLIENT, now())).contains(longer);
    }

    @Test
    default void aBlockShouldReplaceOneWithTheSameTarget() {
        store().put(block(NETWORK, Duration.ofMinutes(5)));
        Block shorter = block(NETWORK, Duration.ofMinutes(1));
        store().put(shorter);

        assertThat(store().current().activeAt(now())).containsExactly(shorter);
    }

    @Test
    default void aRemovedBlockShouldHoldNoLonger() {
        store().put(block(NETWORK, Duration.ofMinutes(5)));
        store().put(block(BOB, Duration.ofMinutes(5)));

        assertThat(store().remove(NETWORK)).isTrue();

        assertThat(store().current().ofAddress(CLIENT, now())).isEmpty();
        assertThat(store().current().ofUser("bob@example.org", now())).isPresent();
    }

    @Test
    default void removingWhatIsNotBlockedShouldSaySo() {
        store().put(block(NETWORK, Duration.ofSeconds(1)));
        pass(Duration.ofSeconds(1));

        assertThat(store().remove(NETWORK)).isFalse();
        assertThat(store().remove(BOB)).isFalse();
    }

    @Test
    default void blocksShouldBeListedNetworksFirst() {
        store().put(block(BOB, Duration.ofMinutes(5)));
        store().put(block(NETWORK, Duration.ofMinutes(5)));

        assertThat(store().current().activeAt(now())).extracting(Block::target).containsExactly(NETWORK, BOB);
    }

    @Test
    default void tooManyBlocksShouldBeRefusedWithAReason() {
        for (int i = 0; i < BlockStore.MOST; i++) {
            store().put(block(BlockTarget.ofUser("user" + i), Duration.ofDays(1)));
        }

        assertThatThrownBy(() -> store().put(block(BOB, Duration.ofDays(1))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("must wait until fewer than 1000 others hold");
        store().put(block(BlockTarget.ofUser("user7"), Duration.ofDays(2)));
        pass(Duration.ofDays(1));
        store().put(block(BOB, Duration.ofDays(1)));
        assertThat(store().current().activeAt(now())).hasSize(2);
    }
}
