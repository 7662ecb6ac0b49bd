// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.bench;

import java.util.concurrent.atomic.AtomicInteger;

/** One of the clients that work at the same time, each with a user and addresses of its own. */
final class Client {

    static final String PASSWORD = "secret";

    /** Where clients that may relay come from: by a grant, or in the control because James itself lets them. */
    static final String GRANTED_NETWORK = "127.40.0.0/16";

    private static final AtomicInteger LOGINS = new AtomicInteger();

    private final int number;

    Client(int number) {
        this.number = number;
    }

    String user() {
        return "user" + number + "@example.org";
    }

    String granted() {
        return "127.40.0." + (1 + number);
    }

    String stranger() {
        return "127.50.0." + (1 + number);
    }

    /** An address that has not been used for a long time. */
    String next() {
        int login = LOGINS.incrementAndGet();
        return "127." + (60 + login / 62_500 % 100) + "." + login / 250 % 250 + "." + (1 + login % 250);
    }
}
