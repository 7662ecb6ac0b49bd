// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.policy.PolicySettings;
import org.popbeforesmtp.policy.Reason;
import org.popbeforesmtp.policy.RefusalTexts;

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

    static Stream<Reason> explainedReasons() {
        return EnumSet.complementOf(EnumSet.of(Reason.NO_GRANT, Reason.OBSERVED)).stream();
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

    @ParameterizedTest
    @MethodSource("explainedReasons")
    void everyRefusalShouldBeDocumentedAsItIs(Reason reason) throws Exception {
        String text =
                RefusalTexts.of("", "", PolicySettings.builder().build()).of(reason, ClientAddress.parse("192.0.2.1"));

        assertThat(Files.readString(REFERENCE))
                .contains(text.replace("192.0.2.1", "<address>").replace("15 minutes", "<lifetime>") + "`");
    }
}
