// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.policy;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The sender that one decision is about. What the mail server knows of it is asked when it is needed, and only once.
 * For one thread.
 */
final class Sender {

    private final Senders senders;
    private final Optional<String> address;
    private @Nullable Boolean local;
    private @Nullable String user;

    /**
     * A sender.
     *
     * @param address in MAIL FROM; empty for the null sender
     */
    Sender(Senders senders, Optional<String> address) {
        this.senders = senders;
        this.address = address;
    }

    /** A sender that is nobody's; the mail server need not be asked. */
    static Sender nobodys(Senders senders) {
        Sender sender = new Sender(senders, Optional.of("nobody"));
        sender.local = false;
        return sender;
    }

    Optional<String> address() {
        return address;
    }

    boolean isNull() {
        return address.isEmpty();
    }

    /** Whether it is an address of a domain that this server hosts. */
    boolean isLocal() {
        if (local == null) {
            local = !isNull() && senders.isLocalDomain(domainOf(address.orElseThrow()));
        }
        return local;
    }

    private static String domainOf(String address) {
        return address.substring(address.lastIndexOf('@') + 1);
    }

    /** The name of the user whose own address it is, whether or not there is such a user; only a local address has one. */
    Optional<String> user() {
        if (!isLocal()) {
            return Optional.empty();
        }
        if (user == null) {
            user = senders.userOf(address.orElseThrow());
        }
        return Optional.of(user);
    }
}
