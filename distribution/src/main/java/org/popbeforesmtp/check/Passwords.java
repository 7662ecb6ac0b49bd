// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.check;

/** Whether users can log in at a POP3 server, which depends on the version of James. */
final class Passwords {

    /** Added in James 3.10, together with the rule that a password needs TLS. */
    private static final String ADDED_IN_310 = "org.apache.james.pop3server.core.AuthCmdHandler";

    private final ClassAnswer isSince310;

    Passwords(JamesClasses classes) {
        isSince310 = classes.isComplete() ? classes.find(ADDED_IN_310) : ClassAnswer.UNKNOWN;
    }

    /** Whether nobody can log in at a server: passwords need TLS there, and it has none. */
    boolean areRefusedAt(Server server) {
        return server.kind() == ServerKind.POP3
                && isSince310 == ClassAnswer.THERE
                && !server.hasTls()
                && server.requiresTlsForPasswords(true);
    }

    /** What happens to the logins at a server with the recorder. */
    String loginsAt(Server server) {
        if (areRefusedAt(server)) {
            return "nobody can log in: James 3.10 and later refuse passwords without TLS, and this server has none; set up"
                    + " <tls>, or <auth><requireSSL>false</requireSSL></auth>";
        }
        return isSince310 == ClassAnswer.UNKNOWN && !server.hasTls() && server.requiresTlsForPasswords(true)
                ? "its logins are recorded (James 3.10 and later take none without"
                        + " <auth><requireSSL>false</requireSSL></auth>)"
                : "its logins are recorded";
    }
}
