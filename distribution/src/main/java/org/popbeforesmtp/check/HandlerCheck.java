// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.check;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Looks for the two handlers in James's server files, and for what would defeat them. */
final class HandlerCheck {

    static final String RECORDER = "org.popbeforesmtp.pop3.Pop3LoginRecorder";
    static final String HOOK = "org.popbeforesmtp.smtp.RelayGrantHook";
    private static final String JAMES_OWN = "org.apache.james.smtpserver.POP3BeforeSMTPHandler";
    private static final String POP3_FILE = "pop3server.xml";
    private static final String SMTP_FILE = "smtpserver.xml";
    private static final String LMTP_FILE = "lmtpserver.xml";

    private final Path conf;
    private final Report report;

    HandlerCheck(Path conf, Report report) {
        this.conf = conf;
        this.report = report;
    }

    void run() {
        if (!Files.exists(conf.resolve(POP3_FILE)) && !Files.exists(conf.resolve(SMTP_FILE))) {
            report.problem(
                    conf.toString(),
                    "has neither " + POP3_FILE + " nor " + SMTP_FILE
                            + "; name the directory that James reads its configuration from");
            return;
        }
        List<HandlerChain> pop3 = chains(POP3_FILE, "pop3server");
        List<HandlerChain> smtp = chains(SMTP_FILE, "smtpserver");
        handlers(POP3_FILE, pop3, RECORDER, "its logins are recorded", "its logins grant nothing");
        handlers(SMTP_FILE, smtp, HOOK, "granted clients may relay", "no grant allows relaying here");
        smtp.forEach(this::relaying);
        proxies(pop3, smtp);
        for (HandlerChain lmtp :
                Files.exists(conf.resolve(LMTP_FILE)) ? chains(LMTP_FILE, "lmtpserver") : List.<HandlerChain>of()) {
            if (lmtp.has(HOOK)) {
                report.problem(LMTP_FILE, lmtp.name() + ": remove " + HOOK + ", LMTP delivers and never relays");
            }
        }
    }

    private List<HandlerChain> chains(String file, String element) {
        if (!Files.exists(conf.resolve(file))) {
            report.warning(file, "is not there: this James has no such server, so another node must have it");
            return List.of();
        }
        try {
            List<HandlerChain> chains = HandlerChain.read(conf.resolve(file), element);
            if (chains.isEmpty()) {
                report.warning(file, "has no enabled <" + element + ">, so another node must have it");
            }
            return chains;
        } catch (IOException e) {
            report.problem(file, "cannot be read: " + e.getMessage());
            return List.of();
        }
    }

    private void handlers(String file, List<HandlerChain> chains, String handler, String with, String without) {
        String line = "<handler class=\"" + handler + "\"/>";
        boolean nowhere = chains.stream().noneMatch(chain -> chain.has(handler));
        for (HandlerChain chain : chains) {
            if (nowhere) {
                report.problem(file, chain.name() + ": " + without + "; add " + line + " first in its <handlerchain>");
            } else if (!chain.has(handler)) {
                report.warning(file, chain.name() + ": " + without + "; if it should, add " + line);
            } else if (chain.count(handler) > 1) {
                report.problem(
                        file, chain.name() + ": names " + handler + " twice, and James will not start; keep one");
            } else if (!chain.startsWith(handler)) {
                report.warning(
                        file,
                        chain.name() + ": " + with + ", but move " + line
                                + " to the first place, other handlers rely on it");
            } else {
                report.ok(file, chain.name() + ": " + with);
            }
        }
    }

    private void relaying(HandlerChain chain) {
        if (chain.has(JAMES_OWN)) {
            report.warning(
                    SMTP_FILE,
                    chain.name() + ": remove " + JAMES_OWN
                            + ", it answers every connection with 451 and grants for 60 hours");
        }
        List<String> everybody = chain.authorizedAddresses().stream()
                .filter(network -> network.endsWith("/0") || network.endsWith("/0.0.0.0"))
                .collect(Collectors.toList());
        if (!everybody.isEmpty()) {
            report.warning(
                    SMTP_FILE,
                    chain.name() + ": <authorizedAddresses> has " + String.join(", ", everybody)
                            + ": anybody may relay, with or without a login; name your own networks only");
        }
    }

    private void proxies(List<HandlerChain> pop3, List<HandlerChain> smtp) {
        List<HandlerChain> granting =
                smtp.stream().filter(chain -> chain.has(HOOK)).collect(Collectors.toUnmodifiableList());
        warnOfMixedProxies(pop3, granting, HandlerChain::behindProxy, "expects the PROXY protocol, ");
        warnOfMixedProxies(pop3, granting, chain -> !chain.behindProxy(), "does not expect the PROXY protocol, ");
    }

    private void warnOfMixedProxies(
            List<HandlerChain> pop3, List<HandlerChain> smtp, Predicate<HandlerChain> kind, String text) {
        for (HandlerChain server : pop3) {
            if (server.has(RECORDER)
                    && kind.test(server)
                    && !smtp.isEmpty()
                    && smtp.stream().noneMatch(kind)) {
                report.warning(
                        POP3_FILE,
                        server.name() + ": " + text
                                + "but no SMTP server with the hook is like that: the two may see different addresses of one client");
            }
        }
    }
}
