// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The switches and numbers of a server. James does not start if one of them has not the form that it needs. */
final class ServerValues {

    private static final List<String> SWITCHES = List.of(
            "proxyRequired", "tls[@startTLS]", "tls[@socketTLS]", "handlerchain[@enableJmx]", "auth.requireSSL");
    private static final List<String> SMTP_SWITCHES =
            List.of("heloEhloEnforcement", "addressBracketsEnforcement", "auth.plainAuthEnabled");
    private static final List<String> NUMBERS =
            List.of("connectiontimeout", "connectionBacklog", "ioWorkerCount", "bossWorkerCount", "maxExecutorCount");
    private static final List<String> LIMITS = List.of("connectionLimit", "connectionLimitPerIP");
    private static final Pattern NEGATIVE = Pattern.compile("-0*[1-9]\\d{0,9}");
    private static final Pattern SIZE = Pattern.compile("(?i)unknown|unlimited|\\d{1,18}[bkmg]?");
    private static final Pattern VERIFICATION = Pattern.compile("(?i)\\s*(strict|relaxed|disabled|true|false)\\s*");

    private final Server server;
    private final List<String> problems = new ArrayList<>();

    private ServerValues(Server server) {
        this.server = server;
    }

    /**
     * What James stumbles over, in the order of its own reading.
     *
     * @param isBefore39 whether the James is older than 3.9; empty if nobody knows
     */
    static List<String> problems(Server server, Optional<Boolean> isBefore39) {
        ServerValues values = new ServerValues(server);
        SWITCHES.forEach(key -> values.convert(key, Boolean.class));
        NUMBERS.forEach(key -> values.convert(key, Integer.class));
        LIMITS.forEach(values::limit);
        if (server.kind() == ServerKind.SMTP) {
            SMTP_SWITCHES.forEach(key -> values.convert(key, Boolean.class));
            values.match("maxmessagesize", SIZE, "a number, perhaps with k, m or g");
            values.verifyIdentity(isBefore39);
        }
        return values.problems;
    }

    private void verifyIdentity(Optional<Boolean> isBefore39) {
        if (isBefore39.orElse(false)) {
            convert("verifyIdentity", Boolean.class);
        } else if (isBefore39.isPresent() || !server.canRead("verifyIdentity", Boolean.class)) {
            match("verifyIdentity", VERIFICATION, "strict, relaxed or disabled");
        }
    }

    private void convert(String key, Class<?> type) {
        if (!server.canRead(key, type)) {
            String value = server.text(key).orElse("");
            problems.add(key + " must be " + (type == Boolean.class ? "true or false" : "a whole number") + ", it is '"
                    + value + "'" + UnsetVariable.hint(value));
        }
    }

    private void limit(String key) {
        server.text(key)
                .filter(value -> NEGATIVE.matcher(value).matches())
                .ifPresent(value -> problems.add(key + " must not be negative, it is " + value));
    }

    private void match(String key, Pattern form, String rule) {
        server.text(key)
                .filter(value -> !form.matcher(value).matches())
                .ifPresent(value ->
                        problems.add(key + " must be " + rule + ", it is '" + value + "'" + UnsetVariable.hint(value)));
    }
}
