// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The curl commands of the documentation, and the names of its metrics, against a real James. */
class DocumentedCommandsIT {

    private static final Path DOCS =
            Build.sampleConfiguration().resolve("../../../docs").normalize();
    private static final String WEBADMIN = "http://127.0.0.1:8000";

    private static MailSite site;
    private static Administration admin;

    @BeforeAll
    static void start() {
        site = MailSite.start(
                "documented-commands",
                builder -> builder.file("webadmin.properties", WebAdminIT.sample("webadmin.properties"))
                        .file("healthcheck.properties", WebAdminIT.sample("healthcheck.properties")));
        site.james().webAdmin().createDomain("example.com").createUser("bob@example.com", MailSite.PASSWORD);
        admin = new Administration(site.james());
        // Timers are there once something was timed.
        String client = MailSite.newClient();
        site.checkMail(client, MailSite.ALICE);
        site.assertRelays(client, MailSite.ALICE);
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static String page(String name) throws IOException {
        return Files.readString(DOCS.resolve(name));
    }

    @Tag("real-peers")
    @ParameterizedTest
    @CsvSource({"operations.md, 8", "migration.md, 2"})
    void eachCurlCommandShouldWorkAsItIsWritten(String name, int least) throws IOException {
        List<String> commands = page(name)
                .replace("\\\n", "")
                .lines()
                .map(String::trim)
                .filter(line -> line.startsWith("curl "))
                .toList();
        assertThat(commands).hasSizeGreaterThanOrEqualTo(least);

        for (String command : commands) {
            admin.grant("203.0.113.9", "{\"user\":\"bob@example.com\"}");
            String here =
                    command.replace(WEBADMIN, "http://127.0.0.1:" + site.james().webAdminPort());
            assertThat(here).as("a command for WebAdmin").isNotEqualTo(command);

            Program.Outcome outcome = Program.run(List.of("bash", "-c", here + " -w ' %{http_code}'"), "");

            assertThat(outcome.status()).as(command).isZero();
            assertThat(outcome.output()).as(command).matches("(?s).* 20[04]");
        }
    }

    @Test
    void thePageShouldNameEachMetricAndNoOther() throws IOException {
        Set<String> names = admin.metrics().keySet().stream()
                .map(sample -> sample.replaceAll("\\{.*|_count$", ""))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(metricsIn(page("operations.md"))).isEqualTo(names);
    }

    private static Set<String> metricsIn(String text) {
        return Pattern.compile("popBeforeSmtp[A-Z]\\w*")
                .matcher(text)
                .results()
                .map(MatchResult::group)
                .map(name -> name.replaceAll("_count$", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
