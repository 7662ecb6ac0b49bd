// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.benchmarks;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;

/**
 * Somebody who logs in: what each contestant needs of them is made beforehand, so that only its own work is measured.
 *
 * @param addressText the address as James's map has it
 */
record Visitor(Login login, String addressText) {

    /** Visitors differ in user and address; the addresses are spread over all of IPv4. */
    static Visitor number(int number) {
        return at(addressOf(number), number);
    }

    /** Another user at an address that others share. */
    static Visitor at(ClientAddress address, int number) {
        try {
            Login login = Login.of(address, "user" + number + "@example.com", Protocol.POP3, true);
            return new Visitor(
                    login, InetAddress.getByAddress(address.toBytes()).getHostAddress());
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    static Visitor[] shuffled(int count) {
        List<Integer> numbers = IntStream.range(0, count).boxed().collect(Collectors.toList());
        Collections.shuffle(numbers, new Random(count));
        return numbers.stream().map(Visitor::number).toArray(Visitor[]::new);
    }

    ClientAddress address() {
        return login.address();
    }

    /** The last steps of MurmurHash3: each can be undone, so no two numbers meet. */
    private static ClientAddress addressOf(int number) {
        int bits = (number ^ (number >>> 16)) * 0x85EB_CA6B;
        bits = (bits ^ (bits >>> 13)) * 0xC2B2_AE35;
        bits ^= bits >>> 16;
        return ClientAddress.ofBytes(ByteBuffer.allocate(4).putInt(bits).array());
    }
}
