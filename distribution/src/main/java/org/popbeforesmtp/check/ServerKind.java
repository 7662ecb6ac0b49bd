// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.check;

/** The kinds of servers in James's configuration that matter here. */
enum ServerKind {
    POP3("pop3server", 110),
    SMTP("smtpserver", 25),
    LMTP("lmtpserver", 24),
    IMAP("imapserver", 143);

    private final String element;
    private final int defaultPort;

    ServerKind(String element, int defaultPort) {
        this.element = element;
        this.defaultPort = defaultPort;
    }

    String element() {
        return element;
    }

    String file() {
        return element + ".xml";
    }

    int defaultPort() {
        return defaultPort;
    }

    boolean hasHandlerChain() {
        return this != IMAP;
    }
}
