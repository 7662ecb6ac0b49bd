// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;

/** A file with problems stops James before it opens a port, and says why in words. */
class BadConfigurationIT {

    /** What James says when it has opened a port. */
    private static final String PORT_OPENED = "Service done|Web admin server started";

    private static String logOfFailedStart(JamesBuilder settings) {
        JamesServer.StartFailure failure = catchThrowableOfType(
                JamesServer.StartFailure.class, () -> settings.start().close());
        assertThat(failure).isNotNull().hasMessageStartingWith("James has exited");
        return failure.log();
    }

    @Test
    void allProblemsShouldBeReportedAtOnce() {
        String log = logOfFailedStart(JamesServer.named("bad-values")
                .with("lifetime", "15")
                .with("lifetme", "15m")
                .with("store", "sqlite")
                .with("store.maxGrants", "many")
                .with("refusal.help", "caf\u00e9"));

        assertThat(log)
                .contains(
                        "James does not start: pop-before-smtp.properties has 5 problems:",
                        "lifetime was '15' but it must ",
                        "did you mean lifetime?",
                        "store was 'sqlite' but it must be one of memory, file, redis",
                        "store.maxGrants was 'many' but it must be a whole number from 1 to ",
                        "refusal.help was ")
                .doesNotContainPattern(PORT_OPENED);
        assertThat(lastLineOf(log)).startsWith("  lifetme was '15m' but it must not be there");
    }

    /** Where an operator looks first. */
    private static String lastLineOf(String log) {
        return log.lines().filter(line -> !line.isBlank()).reduce("", (before, line) -> line);
    }

    @Test
    void garbageShouldStopJamesToo() {
        String log = logOfFailedStart(JamesServer.named("garbage")
                .file("pop-before-smtp.properties", "\u0000\u00ff\\u12\n<xml/>\n===\nlifetime\n"));

        assertThat(log).contains("pop-before-smtp.properties").doesNotContainPattern(PORT_OPENED);
    }

    @Test
    void unusableStoreShouldStopJames() {
        String log = logOfFailedStart(
                JamesServer.named("bad-store").with("file.path", "file://conf/pop3server.xml/grants.mv.db"));

        assertThat(log).contains("James does not start: ").doesNotContainPattern(PORT_OPENED);
        assertThat(lastLineOf(log)).startsWith("Caused by: ").contains("grants.mv.db");
    }
}
