// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popbeforesmtp.e2e.MailSite.ALICE;
import static org.popbeforesmtp.e2e.MailSite.STRANGER;
import static org.popbeforesmtp.e2e.MailSite.newClient;
import static org.popbeforesmtp.e2e.MailSite.newSubject;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One James with three ports: a refused user reads about SMTP AUTH only at the one that has it. */
class PortsWithoutAuthIT {

    private static final String HOOK = "org.popbeforesmtp.smtp.RelayGrantHook";
    private static final String CHAIN_WITHOUT_AUTH = "//smtpserver[jmxName='smtpserver-submission']";
    private static final String NEVER_ANNOUNCES = "//smtpserver[jmxName='smtpserver-submission-tls']";

    /** All of James's own handlers but one, as its {@code NoAuthCmdHandlerLoader} has them since 3.9. */
    private static final String HANDLERS_WITHOUT_AUTH = """
            package example;

            import java.util.List;
            import java.util.stream.Collectors;

            public final class HandlersWithoutAuth implements org.apache.james.protocols.lib.handler.HandlersPackage {
                @Override
                public List<String> getHandlers() {
                    return new org.apache.james.smtpserver.CoreCmdHandlerLoader().getHandlers().stream()
                            .filter(name -> !name.endsWith(".AuthCmdHandler"))
                            .collect(Collectors.toList());
                }
            }
            """;

    private static MailSite site;

    @BeforeAll
    static void start() {
        site = MailSite.start(
                "ports-without-auth",
                settings -> settings.extension(
                                ExtensionJar.ofSource("example.HandlersWithoutAuth", HANDLERS_WITHOUT_AUTH))
                        .with("refusal.nullSender", "Empfangsbestaetigung erst in {minutes} Minuten, {address}")
                        .smtp(xml -> xml.setAttribute(
                                        CHAIN_WITHOUT_AUTH + "//handler[contains(@class, 'ValidRcpt')]", "class", HOOK)
                                .remove(CHAIN_WITHOUT_AUTH + "//handler[contains(@class, 'CoreCmd')]")
                                .setAttribute(
                                        CHAIN_WITHOUT_AUTH + "/handlerchain",
                                        "coreHandlersPackage",
                                        "example.HandlersWithoutAuth")
                                .setAttribute(
                                        NEVER_ANNOUNCES + "//handler[contains(@class, 'ValidRcpt')]", "class", HOOK)
                                .set(NEVER_ANNOUNCES + "/auth", "announce", "never")
                                .set(NEVER_ANNOUNCES, "verifyIdentity", "false")
                                .setAttribute(NEVER_ANNOUNCES + "/tls", "socketTLS", "false")));
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static String refusal(String client, int port, String sender) {
        try (SmtpClient smtp = SmtpClient.connect(client, port)) {
            return smtp.send(sender, STRANGER, newSubject()).toString();
        }
    }

    private static String denied(String client, String text) {
        return " 5.7.1 Relaying denied for " + client + ": check your mail first, then send again within 15 minutes"
                + text;
    }

    @Test
    void aPortThatOffersAuthShouldAdviseIt() {
        String client = newClient();

        assertThat(refusal(client, site.james().smtpPort(), ALICE))
                .endsWith(denied(client, ", or turn on SMTP authentication"));
    }

    @Test
    void aPortWhoseChainHasNoAuthShouldNotAdviseIt() {
        String client = newClient();

        assertThat(refusal(client, site.james().submissionPort(), ALICE)).endsWith(denied(client, ""));
    }

    @Test
    void aPortThatNeverAnnouncesAuthShouldNotAdviseIt() {
        String client = newClient();

        assertThat(refusal(client, site.james().directory().port(465), ALICE)).endsWith(denied(client, ""));
    }

    @Test
    void theOperatorsOwnTextShouldBeReadAtEachPort() {
        String client = newClient();

        assertThat(refusal(client, site.james().smtpPort(), ""))
                .isEqualTo("550 5.7.1 Empfangsbestaetigung erst in 15 Minuten, " + client);
    }

    @Test
    void aGrantShouldServeAtEachPort() {
        String client = newClient();
        site.checkMail(client, ALICE);

        assertThat(refusal(client, site.james().submissionPort(), ALICE)).startsWith("250 ");
        assertThat(refusal(client, site.james().directory().port(465), ALICE)).startsWith("250 ");
    }
}
