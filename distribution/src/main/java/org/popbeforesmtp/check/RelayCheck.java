// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.check;

import java.util.List;
import org.apache.commons.configuration2.ex.ConfigurationRuntimeException;
import org.popbeforesmtp.check.Finding.Effect;

/** Looks for ways to relay that have nothing to do with a login. */
final class RelayCheck {

    private final JamesConfiguration james;
    private final JamesClasses classes;
    private final Report report;

    RelayCheck(JamesConfiguration james, JamesClasses classes, Report report) {
        this.james = james;
        this.classes = classes;
        this.report = report;
    }

    void run() {
        for (Server server : james.servers(ServerKind.SMTP)) {
            try {
                authorizedAddresses(server);
                authentication(server);
            } catch (ConfigurationRuntimeException | IllegalArgumentException e) {
                report.detail(server.file(), server.name() + ": who may relay is not checked");
            }
        }
    }

    private void authorizedAddresses(Server server) {
        List<String> open = AuthorizedAddresses.parse(
                        server.text("authorizedAddresses").orElse(""))
                .open();
        if (!open.isEmpty()) {
            report.problem(
                    server.file(),
                    Effect.OPEN_RELAY,
                    server.name() + ": open relay: <authorizedAddresses> has " + String.join(", ", open)
                            + ": strangers may relay, with or without a login; name your own networks only");
        }
    }

    /** Where James's own samples offer none: since 3.9 on the port for other servers. */
    private void authentication(Server server) {
        boolean isStock = classes.find(Server.NO_AUTH_HANDLERS) != ClassAnswer.THERE
                || !server.bind().endsWith(":" + ServerKind.SMTP.defaultPort());
        if (!isStock && server.takesAuthWithoutTls()) {
            report.warning(
                    server.file(),
                    server.name() + ": takes SMTP AUTH without TLS, passwords in clear text; James's own sample has"
                            + " <handlerchain coreHandlersPackage=\"" + Server.NO_AUTH_HANDLERS + "\"> here, or set"
                            + " <requireSSL>true</requireSSL> in <auth>");
        }
    }
}
