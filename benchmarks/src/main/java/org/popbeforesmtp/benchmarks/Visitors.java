// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.benchmarks;

import java.nio.ByteBuffer;
import java.util.Random;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;

/** Logins that differ in address and user; the addresses are spread over all of IPv4. */
final class Visitors {

    /** Enough different ones to find none of them in a processor's cache the next time. */
    private static final int MOST_PICKED = 1_000_000;

    private Visitors() {}

    /** The login of a visitor; each call makes new objects, as each connection does. */
    static Login login(int visitor) {
        ClientAddress address = ClientAddress.ofBytes(
                ByteBuffer.allocate(4).putInt(scattered(visitor)).array());
        return Login.of(address, "user" + visitor + "@example.com", Protocol.POP3, true);
    }

    /** Scatters numbers so that no two of them meet: the last steps of MurmurHash3, each of which can be undone. */
    private static int scattered(int number) {
        int bits = number;
        bits = (bits ^ (bits >>> 16)) * 0x85EB_CA6B;
        bits = (bits ^ (bits >>> 13)) * 0xC2B2_AE35;
        return bits ^ (bits >>> 16);
    }

    /** Up to a million different visitors from first to first + count - 1, in random order, the same in each run. */
    static int[] pick(int first, int count) {
        Random random = new Random(count);
        int picked = Math.min(count, MOST_PICKED);
        int stride = count / picked;
        int[] visitors = new int[picked];
        for (int i = 0; i < picked; i++) {
            int swapped = random.nextInt(i + 1);
            visitors[i] = visitors[swapped];
            visitors[swapped] = first + i * stride;
        }
        return visitors;
    }
}
