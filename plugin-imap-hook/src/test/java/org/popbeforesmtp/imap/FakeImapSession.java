// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.imap;

import java.lang.reflect.Proxy;
import java.util.HashMap;
import java.util.Map;
import org.apache.james.core.Username;
import org.apache.james.imap.api.ImapSessionState;
import org.apache.james.imap.api.process.ImapSession;
import org.apache.james.util.MDCBuilder;

/** An IMAP session in the state that a test wants. */
final class FakeImapSession {

    private final Map<String, Object> attributes = new HashMap<>();
    private ImapSessionState state = ImapSessionState.NON_AUTHENTICATED;
    private boolean isEncrypted;
    private String user = "";

    /** A session of a client whose address James writes like this into its logging context. */
    FakeImapSession(String ip) {
        attributes.put("bound_MDC", MDCBuilder.ofValue("ip", ip));
    }

    FakeImapSession withoutContext() {
        attributes.clear();
        return this;
    }

    FakeImapSession encrypted() {
        isEncrypted = true;
        return this;
    }

    FakeImapSession loggedIn(String name) {
        user = name;
        state = ImapSessionState.AUTHENTICATED;
        return this;
    }

    /** James does this however the connection ends. */
    void close() {
        state = ImapSessionState.LOGOUT;
    }

    ImapSession session() {
        return (ImapSession) Proxy.newProxyInstance(
                ImapSession.class.getClassLoader(),
                new Class<?>[] {ImapSession.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "getState" -> state;
                    case "isTLSActive" -> isEncrypted;
                    case "getUserName" -> user.isEmpty() ? null : Username.of(user);
                    case "getAttribute" -> attributes.get(arguments[0]);
                    case "setAttribute" -> attributes.put((String) arguments[0], arguments[1]);
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }
}
