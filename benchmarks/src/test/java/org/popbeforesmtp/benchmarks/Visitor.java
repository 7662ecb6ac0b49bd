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
 * Somebody who logs in: the address of their socket and their name, which is what a mail session knows. What a contestant makes
 * of these, an address as text for instance, is part of its work.
 */
record Visitor(InetAddress socket, String user) {

    /** Visitors differ in user and address; the addresses are spread over all of IPv4. */
    static Visitor number(int number) {
        return at(addressOf(number), number);
    }

    /** Another user at an address that others share. */
    static Visitor at(ClientAddress address, int number) {
        try {
            return new Visitor(InetAddress.getByAddress(address.toBytes()), "user" + number + "@example.com");
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
        return ClientAddress.of(socket);
    }

    Login login() {
        return Login.of(address(), user, Protocol.POP3, true);
    }

    /** The last steps of MurmurHash3: each can be undone, so no two numbers meet. */
    private static ClientAddress addressOf(int number) {
        int bits = (number ^ (number >>> 16)) * 0x85EB_CA6B;
        bits = (bits ^ (bits >>> 13)) * 0xC2B2_AE35;
        bits ^= bits >>> 16;
        return ClientAddress.ofBytes(ByteBuffer.allocate(4).putInt(bits).array());
    }
}
