// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.check;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.popbeforesmtp.check.Finding.Effect;

/** Looks whether WebAdmin can start, and knows whether it does. */
final class WebAdminCheck {

    static final String FILE = "webadmin.properties";

    private static final Pattern ON = Pattern.compile("(?i)true|yes|on|y|t|1");
    private static final Pattern OFF = Pattern.compile("(?i)false|no|off|n|f|0");
    private static final Pattern PORT = Pattern.compile("\\d{1,4}|[1-5]\\d{4}|6[0-4]\\d{3}|65[0-5]\\d{2}");
    private static final String EVERYWHERE = "0.0.0.0";

    private final JamesConfiguration james;
    private final Report report;

    WebAdminCheck(JamesConfiguration james, Report report) {
        this.james = james;
        this.report = report;
    }

    static boolean isEnabled(JamesConfiguration james) {
        return ON.matcher(enabled(james)).matches();
    }

    private static String enabled(JamesConfiguration james) {
        return james.properties(FILE).getOrDefault("enabled", "false").trim();
    }

    void run() {
        String enabled = enabled(james);
        if (isEnabled(james)) {
            port(james.properties(FILE));
        } else if (!OFF.matcher(enabled).matches()) {
            stops("enabled must be true or false, it is '" + enabled + "'" + UnsetVariable.hint(enabled));
        }
    }

    private void port(Map<String, String> values) {
        String port = values.getOrDefault("port", "0").trim();
        String host = values.getOrDefault("host", "localhost").trim().replace("localhost", "127.0.0.1");
        if (!PORT.matcher(port).matches()) {
            stops("port must be a number from 0 to 65535, it is '" + port + "'" + UnsetVariable.hint(port));
        } else if (!port.matches("0+")) {
            james.servers().stream()
                    .filter(server -> serverHost(server, port)
                            .filter(other -> other.equals(host) || other.equals(EVERYWHERE) || host.equals(EVERYWHERE))
                            .isPresent())
                    .forEach(server ->
                            stops("port " + port + " is that of " + server.name() + " too, in " + server.file()));
        }
    }

    /** Where a server listens on a port, if it does. */
    private static Optional<String> serverHost(Server server, String port) {
        for (String address : server.bind().split(",", -1)) {
            String[] parts = address.trim().split(":", -1);
            if (parts.length == 2 && parts[1].trim().equals(port)) {
                return Optional.of(parts[0].trim());
            }
        }
        return Optional.empty();
    }

    private void stops(String reason) {
        report.problem(FILE, Effect.NO_START, "James does not start: " + reason);
    }
}
