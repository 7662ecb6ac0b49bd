// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.address.ClientAddress;

class UnwrittenTest {

    private static final int MOST = 100_000;

    private final Unwritten<ClientAddress> unwritten = new Unwritten<>();

    @Test
    void eachAddressShouldBeNamedOnce() {
        unwritten.add(client(1));
        unwritten.add(client(1));
        unwritten.add(client(2));

        assertThat(unwritten.takeEverything()).isFalse();
        assertThat(taken()).containsExactlyInAnyOrder(client(1), client(2));
        assertThat(taken()).isEmpty();
    }

    @Test
    void withTooManyAddressesNoneShouldBeNamedAndEverythingBeWritten() {
        for (int i = 0; i < MOST; i++) {
            unwritten.add(client(i));
        }
        assertThat(unwritten.named()).isEqualTo(MOST);

        unwritten.add(client(MOST));
        unwritten.add(client(MOST + 1));

        assertThat(unwritten.named()).isZero();
        assertThat(unwritten.takeEverything()).isTrue();
    }

    @Test
    void whatChangesAfterEverythingWasTakenShouldBeNamedAgain() {
        unwritten.addEverything();
        unwritten.takeEverything();

        unwritten.add(client(1));

        assertThat(unwritten.takeEverything()).isFalse();
        assertThat(taken()).containsExactly(client(1));
    }

    private List<ClientAddress> taken() {
        List<ClientAddress> taken = new ArrayList<>();
        unwritten.takeEach(taken::add);
        return taken;
    }

    private static ClientAddress client(int number) {
        return ClientAddress.ofBytes(new byte[] {10, (byte) (number >> 16), (byte) (number >> 8), (byte) number});
    }
}
