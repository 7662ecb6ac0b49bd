// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.check;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.popbeforesmtp.check.Finding.Effect;

/** Checks that our handlers are in the right files, and in the right place there. */
final class HandlerCheck {

    static final String RECORDER = "org.popbeforesmtp.pop3.Pop3LoginRecorder";
    static final String HOOK = "org.popbeforesmtp.smtp.RelayGrantHook";
    static final String OBSERVER = "org.popbeforesmtp.smtp.SubmissionObserver";
    private static final String JAMES_OWN = "org.apache.james.smtpserver.POP3BeforeSMTPHandler";

    private final JamesConfiguration james;
    private final ImapCheck imap;
    private final Passwords passwords;
    private final Report report;

    HandlerCheck(JamesConfiguration james, ImapCheck imap, Passwords passwords, Report report) {
        this.james = james;
        this.imap = imap;
        this.passwords = passwords;
        this.report = report;
    }

    void run() {
        for (Server server : james.servers(ServerKind.POP3)) {
            handler(server, RECORDER, passwords.loginsAt(server), "its logins grant nothing");
        }
        for (Server server : james.servers(ServerKind.SMTP)) {
            handler(server, HOOK, "granted clients may relay", "no grant allows relaying here");
            observer(server);
            jamesOwn(server);
        }
        misplaced(ServerKind.POP3, HOOK, ServerKind.SMTP);
        misplaced(ServerKind.POP3, OBSERVER, ServerKind.SMTP);
        misplaced(ServerKind.SMTP, RECORDER, ServerKind.POP3);
        for (Server lmtp : james.servers(ServerKind.LMTP, HOOK)) {
            report.problem(
                    lmtp.file(), Effect.NONE, lmtp.name() + ": remove " + HOOK + ", LMTP delivers and never relays");
        }
        proxies();
    }

    private void handler(Server server, String handler, String with, String without) {
        String line = "<handler class=\"" + handler + "\"/>";
        if (james.servers(server.kind(), handler).isEmpty()) {
            // That concerns the whole file.
            report.detail(server.file(), server.name() + ": " + without);
        } else if (server.startsWith(handler)) {
            report.ok(server.file(), server.name() + ": " + with);
        } else if (server.has(handler)) {
            report.warning(
                    server.file(),
                    server.name() + ": " + with + ", but move " + line
                            + " to the first place, other handlers rely on it");
        } else if (server.bind().endsWith(":" + server.kind().defaultPort())) {
            report.warning(
                    server.file(), server.name() + ": " + without + "; add " + line + " first in its <handlerchain>");
        } else if (server.kind() == ServerKind.POP3) {
            report.warning(server.file(), server.name() + ": " + without + "; if they should, add " + line);
        } else {
            // As it should be on the ports for submission, where clients authenticate.
            report.detail(server.file(), server.name() + ": " + without + "; if it should, add " + line);
        }
    }

    /** The hook observes too. */
    private void observer(Server server) {
        if (server.has(HOOK)) {
            return;
        }
        report.detail(
                server.file(),
                server.name()
                        + (server.has(OBSERVER)
                                ? ": the usage report shows who uses SMTP AUTH here"
                                : ": the usage report cannot show who uses SMTP AUTH here; if it should, add <handler class=\""
                                        + OBSERVER + "\"/>"));
    }

    private void jamesOwn(Server server) {
        if (server.has(JAMES_OWN)) {
            if (server.isMonitored()) {
                report.problem(
                        server.file(),
                        server.has(HOOK) ? Effect.NO_GRANT : Effect.NONE,
                        server.name() + ": remove " + JAMES_OWN + ", it answers every connection with 451");
            } else {
                report.warning(
                        server.file(),
                        server.name() + ": remove " + JAMES_OWN
                                + ", it lets an address relay for 60 hours after a login");
            }
        }
    }

    private void misplaced(ServerKind kind, String handler, ServerKind right) {
        for (Server server : james.servers(kind, handler)) {
            report.warning(
                    server.file(),
                    server.name() + ": " + handler + " does nothing here; it belongs in " + right.file());
        }
    }

    private void proxies() {
        warnOfMixedProxies(Server::behindProxy, "expects the PROXY protocol, ");
        warnOfMixedProxies(server -> !server.behindProxy(), "does not expect the PROXY protocol, ");
    }

    private void warnOfMixedProxies(Predicate<Server> kind, String text) {
        List<Server> smtp = james.servers(ServerKind.SMTP, HOOK);
        List<Server> recording = new ArrayList<>(james.servers(ServerKind.POP3, RECORDER));
        recording.addAll(imap.recording());
        for (Server server : recording) {
            if (kind.test(server) && !smtp.isEmpty() && smtp.stream().noneMatch(kind)) {
                report.warning(
                        server.file(),
                        server.name() + ": " + text
                                + "but no SMTP server with the hook is like that: the two may see different addresses of one client");
            }
        }
    }
}
