// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.imap;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.util.MDCBuilder;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.address.ClientAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * The address of an IMAP session's client. James 3.8 has no method for it, and later versions return the proxy's, if
 * there is one; but every version puts the client's address into the logging context that the session carries.
 */
final class ImapClientAddress {

    private static final Logger LOGGER = LoggerFactory.getLogger(ImapClientAddress.class);

    /** {@code ImapSession.MDC_KEY}, which has another place in 3.8. */
    private static final String CONTEXT = "bound_MDC";

    private static final String IP = "ip";

    private final AtomicBoolean isWarned = new AtomicBoolean();

    /** The address; nothing, and a warning once, if it is not known. */
    Optional<ClientAddress> of(ImapSession session) {
        Object context = session.getAttribute(CONTEXT);
        String text = context instanceof MDCBuilder ? ((MDCBuilder) context).execute(() -> MDC.get(IP)) : null;
        Optional<ClientAddress> address = parse(text);
        if (address.isEmpty() && !isWarned.getAndSet(true)) {
            LOGGER.warn(
                    "James does not report the address of an IMAP client (ip={}), so its login grants nothing; logged once only",
                    text);
        }
        return address;
    }

    /**
     * Reads an address as James writes it: {@code 203.0.113.9}, and behind a proxy in 3.8 {@code /203.0.113.9:40000} or
     * {@code /[2001:db8:0:0:0:0:0:9]:40000}, in Java 11 without the brackets.
     */
    static Optional<ClientAddress> parse(@Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        int slash = text.indexOf('/');
        String host = slash < 0 ? text : withoutPort(text.substring(slash + 1));
        try {
            return Optional.of(ClientAddress.parse(host));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static String withoutPort(String socket) {
        String host = socket.substring(0, Math.max(0, socket.lastIndexOf(':')));
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }
}
