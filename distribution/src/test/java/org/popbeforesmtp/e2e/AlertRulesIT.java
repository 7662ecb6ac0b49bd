// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The alert rules of the documentation, by Prometheus's own tool (package prometheus). */
@Tag("real-peers")
class AlertRulesIT {

    private static final Path RULES =
            Build.sampleConfiguration().resolve("../../../docs/alerts.yml").normalize();
    private static final Path TESTS = Build.module().resolve("src/test/resources/alerts-test.yml");

    @Test
    void theRulesShouldBeValid() {
        Program.Outcome outcome = Program.run(List.of("promtool", "check", "rules", RULES.toString()), "");

        assertThat(outcome.output()).contains("SUCCESS: 10 rules found");
        outcome.assertSucceeded();
    }

    /** As rules, since promtool reads nothing else; a query that is none would be an empty panel. */
    @Test
    void theQueriesOfTheDashboardShouldBeValid(@TempDir Path directory) throws IOException {
        Path dashboard = RULES.resolveSibling("grafana-dashboard.json");
        List<String> queries = Pattern.compile("\"expr\": (\"(?:[^\"\\\\]|\\\\.)*\")")
                .matcher(Files.readString(dashboard))
                .results()
                .map(match -> match.group(1).replace("$instance", ".*"))
                .toList();
        StringBuilder rules = new StringBuilder("groups:\n  - name: dashboard\n    rules:\n");
        for (int i = 0; i < queries.size(); i++) {
            rules.append("      - record: query")
                    .append(i)
                    .append("\n        expr: ")
                    .append(queries.get(i))
                    .append('\n');
        }

        Program.Outcome outcome = Program.run(
                List.of(
                        "promtool",
                        "check",
                        "rules",
                        Files.writeString(directory.resolve("rules.yml"), rules).toString()),
                "");

        assertThat(outcome.output()).contains("SUCCESS: " + queries.size() + " rules found");
        assertThat(queries).hasSizeGreaterThan(30);
        outcome.assertSucceeded();
    }

    @Test
    void eachAlertShouldGoOffWhenItShouldAndNoneOnAQuietSite() {
        Program.Outcome outcome = Program.run(List.of("promtool", "test", "rules", TESTS.toString()), "");

        outcome.assertSucceeded();
    }
}
