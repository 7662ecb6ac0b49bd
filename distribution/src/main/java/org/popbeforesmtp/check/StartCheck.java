// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.check;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.popbeforesmtp.check.Finding.Effect;

/** Checks that James can start its servers. */
final class StartCheck {

    private static final String HOOKS = "org.apache.james.protocols.smtp.hook.Hook";
    private static final String CONNECT_HANDLER = "org.apache.james.protocols.api.handler.ConnectHandler";
    private static final Set<String> ANNOUNCE = Set.of("always", "never", "forunauthorizedaddresses");

    private final JamesConfiguration james;
    private final JamesClasses classes;
    private final KeystoreCheck keystores;
    private final Report report;

    StartCheck(JamesConfiguration james, JamesClasses classes, KeystoreCheck keystores, Report report) {
        this.james = james;
        this.classes = classes;
        this.keystores = keystores;
        this.report = report;
    }

    void run() {
        BindCheck binds = new BindCheck(report);
        Map<String, String> monitors = new HashMap<>();
        for (Server server : james.servers()) {
            ServerValues.problems(server, classes.isBefore39()).forEach(problem -> stops(server, problem));
            binds.run(server);
            monitor(server, monitors);
            if (server.kind().hasHandlerChain()) {
                chain(server);
            }
            keystores.run(server);
            if (server.kind() == ServerKind.SMTP) {
                smtp(server);
            }
        }
    }

    private void stops(Server server, String reason) {
        report.problem(server.file(), Effect.NO_START, server.name() + ": James does not start: " + reason);
    }

    private void monitor(Server server, Map<String, String> files) {
        String other = files.putIfAbsent(server.jmxName(), server.file());
        if (other != null) {
            stops(server, "<jmxName> " + server.jmxName() + " is also used by another server, in " + other);
        }
    }

    private void chain(Server server) {
        if (server.chains() != 1) {
            stops(server, "it must have one <handlerchain>, it has " + server.chains());
        }
        server.coreHandlers().ifPresent(name -> loads(server, name));
        Set<String> seen = new LinkedHashSet<>();
        Set<String> twice = new LinkedHashSet<>();
        for (String handler : server.handlers()) {
            if (handler.isEmpty()) {
                stops(server, "a <handler> has no class");
            } else if (!seen.add(handler)) {
                twice.add(handler);
            } else {
                loads(server, handler);
            }
        }
        twice.forEach(handler -> twice(server, handler));
    }

    private void loads(Server server, String name) {
        if (classes.find(name) == ClassAnswer.MISSING) {
            stops(
                    server,
                    name.strip().equals(name)
                            ? "there is no class " + name + UnsetVariable.hint(name)
                            : "the class '" + name + "' has blanks around its name");
        }
    }

    private void twice(Server server, String handler) {
        boolean isMonitored = handler.equals(HandlerCheck.HOOK)
                || (classes.isComplete()
                        && Stream.of(HOOKS, CONNECT_HANDLER)
                                .anyMatch(kind -> classes.find(handler, kind) == ClassAnswer.THERE));
        if (isMonitored && server.isMonitored()) {
            stops(server, "names " + handler + " twice; keep one");
        } else if (handler.startsWith("org.popbeforesmtp.")) {
            report.warning(server.file(), server.name() + ": names " + handler + " twice; keep one");
        }
    }

    private void smtp(Server server) {
        server.text("auth.announce")
                .map(word -> word.trim().toLowerCase(Locale.ROOT))
                .filter(word -> !ANNOUNCE.contains(word))
                .ifPresent(word -> stops(
                        server,
                        "<announce> must be always, never or forUnauthorizedAddresses, it is " + word
                                + UnsetVariable.hint(word)));
        if (classes.isBefore39().orElse(false) && server.flag("verifyIdentity", false) && !server.announcesAuth()) {
            stops(server, "before James 3.9 <verifyIdentity> must be false where <announce> is never");
        }
        try {
            AuthorizedAddresses.parse(server.text("authorizedAddresses").orElse(""));
        } catch (IllegalArgumentException e) {
            stops(server, "<authorizedAddresses>: " + e.getMessage() + UnsetVariable.hint(e.getMessage()));
        }
    }
}
