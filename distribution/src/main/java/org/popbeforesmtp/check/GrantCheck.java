// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.popbeforesmtp.check.Finding.Effect;
import org.popbeforesmtp.config.PopBeforeSmtpConfiguration;
import org.popbeforesmtp.config.StoreKind;
import org.popbeforesmtp.policy.SenderRule;

/** Checks that there is a way from a login to a relayed mail: something that grants, and something that uses grants. */
final class GrantCheck {

    private static final String FIRST = " first in its <handlerchain>";

    private final JamesConfiguration james;
    private final ExtensionClasses extensions;
    private final ImapCheck imap;
    private final Passwords passwords;
    private final Report report;

    GrantCheck(
            JamesConfiguration james, ExtensionClasses extensions, ImapCheck imap, Passwords passwords, Report report) {
        this.james = james;
        this.extensions = extensions;
        this.imap = imap;
        this.passwords = passwords;
        this.report = report;
    }

    /** Whether anything here loads our configuration, so that a mistake in it keeps James from starting. */
    boolean isInUse() {
        return james.servers().stream()
                        .filter(server -> server.kind().hasHandlerChain())
                        .flatMap(server -> server.handlers().stream())
                        .anyMatch(handler -> handler.startsWith("org.popbeforesmtp."))
                || extensions.namesOurs();
    }

    void run(Optional<PopBeforeSmtpConfiguration> configuration) {
        boolean shared = configuration.map(c -> c.store() == StoreKind.REDIS).orElse(false);
        sources(configuration, shared);
        if (james.servers(ServerKind.SMTP, HandlerCheck.HOOK).isEmpty()) {
            lacking(
                    ServerKind.SMTP,
                    shared,
                    james.servers(ServerKind.SMTP).isEmpty()
                            ? "no SMTP server is turned on, so no grant allows relaying"
                            : "no SMTP server has the hook, so no grant allows relaying; add <handler class=\""
                                    + HandlerCheck.HOOK + "\"/>" + FIRST);
        }
        configuration.ifPresent(this::policy);
    }

    private void sources(Optional<PopBeforeSmtpConfiguration> configuration, boolean shared) {
        List<Server> recording = james.servers(ServerKind.POP3, HandlerCheck.RECORDER);
        List<Server> granting = recording.stream()
                .filter(server -> !passwords.areRefusedAt(server))
                .collect(Collectors.toList());
        List<String> others = otherSources(configuration);
        if (granting.isEmpty() && others.isEmpty()) {
            lacking(ServerKind.POP3, shared, whyNoLoginGrants(recording));
        } else if (james.servers(ServerKind.POP3).isEmpty()) {
            report.warning(
                    ServerKind.POP3.file(), "POP3 is off here: only " + String.join(" and ", others) + " can grant");
        }
        if (configuration.map(c -> c.policy().requireTls()).orElse(false)
                && !granting.isEmpty()
                && granting.stream().noneMatch(Server::hasTls)) {
            if (others.stream().noneMatch(source -> !source.equals(ExtensionClasses.DRAC))) {
                lacking(
                        ServerKind.POP3,
                        shared,
                        "login.requireTls is true and no POP3 server with the recorder has TLS: no login grants");
            } else {
                report.warning(
                        ServerKind.POP3.file(),
                        "login.requireTls is true and no POP3 server with the recorder has TLS: no login over POP3 grants");
            }
        }
    }

    private List<String> otherSources(Optional<PopBeforeSmtpConfiguration> configuration) {
        List<String> sources = new ArrayList<>();
        if (extensions.namesDrac() && configuration.map(c -> c.drac().enabled()).orElse(false)) {
            sources.add(ExtensionClasses.DRAC);
        }
        if (extensions.servesGrants()) {
            sources.add(ExtensionClasses.WEBADMIN);
        }
        boolean needsTls = configuration.map(c -> c.policy().requireTls()).orElse(false);
        if (imap.recording().stream().anyMatch(server -> !needsTls || server.hasTls())) {
            sources.add("IMAP");
        }
        return sources;
    }

    private String whyNoLoginGrants(List<Server> recording) {
        if (!recording.isEmpty()) {
            return "nobody can log in at a POP3 server with the recorder, so nothing here grants";
        }
        if (!james.has(ServerKind.POP3.file())) {
            return "is not there: this James has no POP3 server, so nothing here grants";
        }
        return james.servers(ServerKind.POP3).isEmpty()
                ? "no POP3 server is turned on, so nothing here grants; set <pop3server enabled=\"true\">"
                : "no POP3 server has the recorder, so nothing here grants; add <handler class=\""
                        + HandlerCheck.RECORDER + "\"/>" + FIRST;
    }

    /** One half of the way is missing here: if all nodes share their grants, another node may have it. */
    private void lacking(ServerKind kind, boolean shared, String text) {
        if (shared) {
            report.warning(kind.file(), text + "; with store=redis another node can");
        } else {
            report.problem(kind.file(), Effect.NO_GRANT, text);
        }
    }

    private void policy(PopBeforeSmtpConfiguration configuration) {
        if (!configuration.policy().admitsAnybody()) {
            report.problem(
                    CheckCommand.FILE,
                    Effect.NO_GRANT,
                    "networks.excluded contains all of networks.only: no login from anywhere grants");
        }
        if (configuration.policy().sender() == SenderRule.ANY) {
            boolean isLong = configuration.lifetime().toDuration().toHours() >= 1;
            report.warning(
                    CheckCommand.FILE,
                    "sender=any: anyone who shares the address of a user who checked mail may send as anybody, for "
                            + configuration.lifetime()
                            + (isLong
                                    ? ". THIS IS CLOSE TO AN OPEN RELAY: set sender=login, or a lifetime of minutes"
                                    : "; sender=login is safer"));
        }
    }
}
