// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * Ports for servers that a test starts, from a range that no operating system gives to clients. Several processes test at
 * the same time and bind a port seconds after it was chosen, so the ports come in blocks: the process that listens on the
 * first port of a block has all the others.
 */
public final class Ports {

    private static final int FIRST = 20_000;
    private static final int AFTER_LAST = 30_000;
    private static final int BLOCK = 100;

    /** They stay open: each is the lock of a block. */
    private static final List<ServerSocket> LOCKS = new ArrayList<>();

    private static int next = FIRST;

    private Ports() {}

    /** A port that nobody listens on, on any address of this host, and that no other test gets. */
    public static synchronized int free() {
        int port;
        do {
            if (next % BLOCK == 0) {
                next = lockBlock(next) + 1;
            }
            port = next;
            next++;
        } while (!isFree(port));
        return port;
    }

    /** The first block from a port on that no other process has; it stays locked until this process ends. */
    private static int lockBlock(int from) {
        for (int first = from; first < AFTER_LAST; first += BLOCK) {
            try {
                LOCKS.add(new ServerSocket(first, 1, InetAddress.getLoopbackAddress()));
                return first;
            } catch (IOException e) {
                // Another process has this block.
            }
        }
        throw new IllegalStateException("no block of ports is left from " + from + " to " + AFTER_LAST);
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port)) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
