// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.policy.Reason;

/** What {@code docs/configuration.md} tells the operator is what the code does. */
class ConfigurationReferenceTest {

    private static final Path REFERENCE = Path.of("..", "docs", "configuration.md");
    private static final Pattern KEYS_OF_A_ROW = Pattern.compile("`([A-Za-z0-9.]+)`");

    /** The keys of all tables that begin with "key", each with the cell that tells its default. */
    private static Map<String, String> documented() throws IOException {
        Map<String, String> defaults = new TreeMap<>();
        boolean inTable = false;
        for (String line : Files.readAllLines(REFERENCE)) {
            inTable = line.startsWith("|") && (inTable || line.startsWith("| key | default |"));
            Matcher key = KEYS_OF_A_ROW.matcher(line);
            if (inTable && key.find() && key.start() == 2) {
                defaults.put(key.group(1), line.split(" \\| ", -1)[1]);
            }
        }
        return defaults;
    }

    @Test
    void everyKeyShouldBeDocumentedAndNoOther() throws Exception {
        assertThat(documented().keySet())
                .containsExactlyInAnyOrderElementsOf(
                        PopBeforeSmtpConfiguration.defaults().keySet());
    }

    @Test
    void everyDefaultShouldBeTheDocumentedOne() throws Exception {
        Map<String, String> documented = documented();

        assertThat(PopBeforeSmtpConfiguration.defaults())
                .allSatisfy((key, value) -> assertThat(documented)
                        .extractingByKey(key)
                        .asString()
                        .contains(value.isEmpty() ? "" : "`" + value + "`"));
    }

    /** Where the reason is that it cannot tell, explain answers 503 with the cause. */
    @Test
    void operatorsShouldReadWhatToDoAboutEachReason() throws Exception {
        List<String> rows = Files.readAllLines(REFERENCE.resolveSibling("operations.md")).stream()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.substring(0, line.indexOf(" | ")))
                .collect(Collectors.toList());

        assertThat(Reason.values())
                .filteredOn(reason -> reason != Reason.UNKNOWN)
                .allSatisfy(reason ->
                        assertThat(rows).anySatisfy(row -> assertThat(row).contains("`" + reason.word() + "`")));
    }
}
