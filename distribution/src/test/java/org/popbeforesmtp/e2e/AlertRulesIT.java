// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

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
        assertThat(outcome.status()).isZero();
    }

    @Test
    void eachAlertShouldGoOffWhenItShouldAndNoneOnAQuietSite() {
        Program.Outcome outcome = Program.run(List.of("promtool", "test", "rules", TESTS.toString()), "");

        assertThat(outcome.status()).as(outcome.output()).isZero();
    }
}
