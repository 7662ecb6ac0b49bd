// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.popbeforesmtp.check.Finding.Effect;

/**
 * Checks that logins over IMAP are recorded. James reads {@code <imapPackages>} at the root of the file in 3.8 and in
 * each server since, and not in the other place.
 */
final class ImapCheck {

    static final String RECORDER = "org.popbeforesmtp.imap.ImapLoginRecorder";

    private static final String KEY = "imapPackages";
    private static final String LINE = "<imapPackages>" + RECORDER + "</imapPackages>";
    private static final String OF_JAMES = "org.apache.james.modules.protocols.";

    private final JamesConfiguration james;
    private final Optional<Boolean> isBefore39;
    private final Report report;

    ImapCheck(JamesConfiguration james, JamesClasses classes, Report report) {
        this.james = james;
        this.isBefore39 = classes.isBefore39();
        this.report = report;
    }

    /** The classes that James loads. */
    List<String> packages() {
        List<String> names = isBefore39.orElse(true) ? atRoot() : new ArrayList<>();
        if (!isBefore39.orElse(false)) {
            servers().forEach(server -> names.addAll(server.list(KEY)));
        }
        return names;
    }

    /** The servers whose logins are recorded. */
    List<Server> recording() {
        return servers().stream().filter(this::records).collect(Collectors.toUnmodifiableList());
    }

    private boolean records(Server server) {
        return isBefore39
                .map(before -> packagesOf(server, before).contains(RECORDER))
                .orElseGet(() -> atRoot().contains(RECORDER) || server.list(KEY).contains(RECORDER));
    }

    private List<String> packagesOf(Server server, boolean before39) {
        return before39 ? atRoot() : server.list(KEY);
    }

    private List<Server> servers() {
        return james.servers(ServerKind.IMAP);
    }

    private List<String> atRoot() {
        return james.xml(ServerKind.IMAP.file())
                .map(root -> new ArrayList<>(List.of(root.getStringArray(KEY))))
                .orElseGet(ArrayList::new);
    }

    void run() {
        if (!isNamed()) {
            return;
        }
        for (Server server : servers()) {
            if (records(server)) {
                report.ok(server.file(), server.name() + ": its logins are recorded" + whereElse(server));
                others(server);
            } else {
                report.warning(
                        server.file(),
                        server.name() + ": its logins grant nothing; add " + LINE
                                + (isBefore39.orElse(false)
                                        ? " at the root of the file, where James 3.8 reads it"
                                        : " in this <imapserver>, where James reads it since 3.9"));
            }
        }
    }

    private boolean isNamed() {
        return atRoot().contains(RECORDER)
                || servers().stream().anyMatch(server -> server.list(KEY).contains(RECORDER));
    }

    /** Which versions of James do not read it in its present place. */
    private String whereElse(Server server) {
        if (isBefore39.isPresent()) {
            return "";
        }
        return !atRoot().contains(RECORDER)
                ? " from James 3.9 on (3.8 reads imapPackages at the root of the file)"
                : server.list(KEY).contains(RECORDER)
                        ? ""
                        : " by James 3.8 (3.9 and later read imapPackages in each <imapserver>)";
    }

    /** Two packages must not have the same commands. */
    private void others(Server server) {
        List<String> names = packagesOf(server, isBefore39.orElse(atRoot().contains(RECORDER)));
        if (names.stream()
                        .filter(name -> name.equals(RECORDER) || name.startsWith(OF_JAMES))
                        .count()
                > 1) {
            report.problem(
                    server.file(),
                    Effect.NO_START,
                    server.name() + ": James does not start: imapPackages names " + String.join(" and ", names)
                            + "; keep " + RECORDER + ", which has all commands of James's own packages");
        }
    }
}
