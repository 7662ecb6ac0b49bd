// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.file;

import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.popbeforesmtp.address.ClientAddress;

/** The addresses whose grants have changed since they were written: so many at most, and with one more, all there are. */
final class Unwritten {

    static final int MOST = 100_000;

    private final Set<ClientAddress> addresses = ConcurrentHashMap.newKeySet();
    private volatile boolean everything;

    void add(ClientAddress address) {
        if (!everything && addresses.add(address) && addresses.size() > MOST) {
            addEverything();
        }
    }

    void addEverything() {
        everything = true;
        addresses.clear();
    }

    int named() {
        return addresses.size();
    }

    /** Whether everything was to be written; from now on it is not, and what changes is named again. */
    boolean takeEverything() {
        boolean taken = everything;
        everything = false;
        return taken;
    }

    /** Takes one after the other off the list before it is handed out: a change in between puts it on the list again. */
    void takeEach(Consumer<ClientAddress> writer) {
        for (Iterator<ClientAddress> each = addresses.iterator(); each.hasNext(); ) {
            ClientAddress address = each.next();
            each.remove();
            writer.accept(address);
        }
    }
}
