// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.memory;

import java.util.concurrent.CopyOnWriteArrayList;
import org.popbeforesmtp.store.Protocol;

/** A small number for each protocol that occurs. There are as many as there are kinds of server, which is few. */
final class ProtocolNumbers {

    /** How many bits a number has. */
    static final int BITS = 8;

    private final CopyOnWriteArrayList<Protocol> protocols = new CopyOnWriteArrayList<>();

    /**
     * The number of a protocol; a new one if it never occurred before.
     *
     * @throws IllegalStateException if there are too many
     */
    int of(Protocol protocol) {
        int known = protocols.indexOf(protocol);
        return known >= 0 ? known : add(protocol);
    }

    private synchronized int add(Protocol protocol) {
        if (protocols.size() == 1 << BITS && !protocols.contains(protocol)) {
            throw new IllegalStateException("more than " + (1 << BITS) + " protocols");
        }
        protocols.addIfAbsent(protocol);
        return protocols.indexOf(protocol);
    }

    /** The protocol of a number that was given to one. */
    Protocol get(int number) {
        return protocols.get(number);
    }
}
