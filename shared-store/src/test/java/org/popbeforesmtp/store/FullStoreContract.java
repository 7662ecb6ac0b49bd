// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.popbeforesmtp.address.ClientAddress;

/** What a store promises that holds so many grants at most. */
public interface FullStoreContract extends GrantStoreContract {

    /** Another empty store, which holds so many grants; by the same clock as {@link #store()}. */
    GrantStore storeOf(long grants);

    @Test
    default void aFullStoreShouldKeepTheGrantsThatEndLast() {
        try (GrantStore small = storeOf(3)) {
            small.record(at(1), LONG);
            small.record(at(2), SHORT);
            small.record(at(3), LONG);
            small.record(at(4), LONG);

            assertThat(small.find(client(2))).isEmpty();
            assertThat(small.list(GrantQuery.all()))
                    .extracting(Grant::address)
                    .containsExactly(client(1), client(3), client(4));
        }
    }

    @Test
    default void aFullStoreShouldTakeEachLoginAndSayThatItIsFull() {
        try (GrantStore small = storeOf(3)) {
            for (int i = 0; i < 100; i++) {
                small.record(at(i), LONG);
                assertThat(small.find(client(i))).hasSize(1);
            }

            assertThat(small.status()).hasToString("DEGRADED (the store is full), 3 grants, 97 evictions, 0 failures");
        }
    }

    @Test
    default void aFullStoreShouldHaveRoomAgainAfterARevocation() {
        try (GrantStore small = storeOf(2)) {
            small.record(at(1), LONG);
            small.record(at(2), LONG);
            assertThat(small.revoke(client(1))).isEqualTo(1);

            small.record(at(3), LONG);

            assertThat(small.find(client(2))).hasSize(1);
            assertThat(small.find(client(3))).hasSize(1);
        }
    }

    private static Login at(int number) {
        return BOB.from(client(number));
    }

    private static ClientAddress client(int number) {
        return ClientAddress.parse("198.51.100." + number);
    }
}
