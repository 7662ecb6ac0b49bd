// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.popbeforesmtp.e2e.MailSite.newSubject;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The page that is followed when an account was stolen, word for word and in its order: each command that it has is run, and
 * each answer is compared with the one that it shows. Only the port of WebAdmin and the thief's address are this test's.
 */
class StolenAccountIT {

    private static final Path PAGE = Build.sampleConfiguration()
            .resolve("../../../docs/stolen-account.md")
            .normalize();
    private static final Pattern STEP = Pattern.compile("```sh\n(.+?)\n```\n\n```text\n(.+?)\n```", Pattern.DOTALL);
    private static final Pattern TIME =
            Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{3})?(Z|[+-]\\d\\d:\\d\\d)");
    private static final Pattern TASK = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private static final String BOB = "bob@example.com";

    private static MailSite site;

    @BeforeAll
    static void start() {
        site = MailSite.start(
                "stolen-account",
                builder -> builder.file("webadmin.properties", WebAdminIT.sample("webadmin.properties"))
                        .file("logback-pop-before-smtp.xml", WebAdminIT.sample("logback-pop-before-smtp.xml"))
                        .without("logback.xml")
                        .file("logback.xml", logback()));
        site.james().webAdmin().createDomain("example.com").createUser(BOB, MailSite.PASSWORD);
    }

    private static String logback() {
        return """
                <configuration>
                  <appender name="CONSOLE" class="ch.qos.logback.core.ConsoleAppender">
                    <encoder><pattern>%d{HH:mm:ss.SSS} %-5level %logger - %msg%n%ex</pattern></encoder>
                  </appender>
                  <root level="WARN"><appender-ref ref="CONSOLE"/></root>
                  <logger name="org.apache.james" level="INFO"/>
                  <include file="conf/logback-pop-before-smtp.xml"/>
                </configuration>
                """;
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private record Step(String command, String answer) {}

    @Test
    void eachCommandOfThePageShouldAnswerAsThePageShows() throws IOException {
        String thief = MailSite.newClient();
        List<Step> steps = STEP.matcher(Files.readString(PAGE).replace("203.0.113.9", thief))
                .results()
                .map(match -> new Step(match.group(1), match.group(2)))
                .toList();
        assertThat(steps)
                .hasSize(Files.readString(PAGE).split("```sh\n", -1).length - 1)
                .hasSizeGreaterThan(5);
        site.checkMail(thief, BOB);
        try (SmtpClient smtp = site.james().smtp(thief)) {
            assertThat(smtp.send(BOB, MailSite.STRANGER, newSubject()).code()).isEqualTo(250);

            for (Step step : steps) {
                assertThat(common(run(step.command()))).as(step.command()).isEqualTo(common(step.answer()));
            }

            assertThat(smtp.send(BOB, MailSite.STRANGER, newSubject()).toString())
                    .startsWith("530 5.7.1 Relaying denied for " + thief + ": sending after checking mail is blocked");
        }
        assertThat(site.james().checkMail(thief, BOB, MailSite.PASSWORD)).startsWith("-ERR");
        assertThat(site.james().checkMail(thief, BOB, "a long new passphrase")).startsWith("+OK");
        assertThat(site.relay(thief, BOB).code())
                .as("the user is still blocked")
                .isEqualTo(530);
    }

    /** In James's directory, as the page says. */
    private static String run(String command) {
        Program.Outcome outcome = Program.run(
                List.of(
                        "bash",
                        "-c",
                        "cd '" + site.james().root() + "' && "
                                + command.replace(
                                        "http://127.0.0.1:8000",
                                        "http://127.0.0.1:" + site.james().webAdminPort())),
                "");
        assertThat(outcome.status()).as(command + "\n" + outcome.output()).isZero();
        return outcome.output().strip();
    }

    /** Without what is different each time. */
    private static String common(String text) {
        return TASK.matcher(TIME.matcher(text).replaceAll("TIME")).replaceAll("TASK");
    }

    /** The sample of an audit log: each line with its date at once in a file of its own, and our other lines beside James's. */
    @Test
    void theAuditLogShouldBeAFileOfItsOwn() throws IOException {
        String client = MailSite.newClient();
        site.checkMail(client, MailSite.ALICE);

        Path log = site.james().root().resolve("log/pop-before-smtp-audit.log");
        // A thread of its own writes it, a moment later.
        await().atMost(Duration.ofSeconds(10)).until(() -> Files.readString(log).contains("address=" + client + " "));
        String written = Files.readString(log);
        assertThat(written.lines().filter(line -> line.contains("address=" + client + " ")))
                .singleElement()
                .asString()
                .matches(TIME.pattern() + " INFO  granted address=" + client + " user=" + MailSite.ALICE + " .*");
        assertThat(site.james().log()).doesNotContain("granted address=");
        assertThat(site.james().logLines("POP before SMTP: a login grants relaying"))
                .hasSize(1);
        assertThat(written.lines().collect(Collectors.toList()))
                .allMatch(line -> TIME.matcher(line).lookingAt());
    }
}
