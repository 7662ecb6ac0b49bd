// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tests that a page names to its readers are there. */
class NamedTestsTest {

    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern NAMED = Pattern.compile("\\b([A-Z]\\w*(?:IT|Test))\\b(?:\\.(\\w+))?");

    private static Map<String, String> testSources() throws IOException {
        Map<String, String> sources = new HashMap<>();
        try (Stream<Path> files = Files.walk(ROOT)) {
            for (Path file : files.filter(path -> path.toString().contains("/src/test/java/"))
                    .filter(path -> path.toString().endsWith(".java"))
                    .toList()) {
                sources.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
            }
        }
        return sources;
    }

    @ParameterizedTest
    @ValueSource(strings = {"docs/security.md", "CONTRIBUTING.md"})
    void everyTestThatAPageNamesShouldBeThere(String page) throws IOException {
        Map<String, String> sources = testSources();
        List<MatchResult> named =
                NAMED.matcher(Files.readString(ROOT.resolve(page))).results().collect(Collectors.toList());

        assertThat(named).isNotEmpty().allSatisfy(test -> {
            assertThat(sources).containsKey(test.group(1));
            if (test.group(2) != null) {
                assertThat(sources.get(test.group(1))).contains(" void " + test.group(2) + "(");
            }
        });
    }
}
