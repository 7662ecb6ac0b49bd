// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.io.Resources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The colours of the report of usage, on a light screen, on a dark one and on paper, by the formula of the Web Content
 * Accessibility Guidelines 2.1: level AA wants 4.5 for text (1.4.3) and 3 for what must be seen beside it (1.4.11).
 */
class UsagePageColoursTest {

    private static final Pattern COLOURS = Pattern.compile(":root \\{([^}]*)}");
    private static final Pattern COLOUR = Pattern.compile("--(\\w+): (#[0-9a-f]{3,6});?");

    private static String style;
    private static List<Map<String, String>> schemes;

    @BeforeAll
    static void read() throws IOException {
        String page = Resources.toString(Resources.getResource(UsagePage.class, "usage.html"), StandardCharsets.UTF_8);
        style = page.substring(page.indexOf("<style>"), page.indexOf("</style>"));
        schemes = COLOURS.matcher(style)
                .results()
                .map(scheme -> colours(scheme.group(1)))
                .collect(Collectors.toUnmodifiableList());
    }

    private static Map<String, String> colours(String scheme) {
        Map<String, String> colours = new HashMap<>();
        COLOUR.matcher(scheme).results().forEach(colour -> colours.put(colour.group(1), colour.group(2)));
        return colours;
    }

    @Test
    void thereShouldBeThreeSchemesAndNoColourBesideThem() {
        assertThat(schemes)
                .hasSize(3)
                .allSatisfy(scheme -> assertThat(scheme).containsOnlyKeys("text", "soft", "back", "line", "bar"));
        String rules = COLOURS.matcher(style).replaceAll("");
        assertThat(rules).doesNotContainPattern("#[0-9a-fA-F]{3,8}\\b|rgba?\\(|hsla?\\(|opacity");
        assertThat(Pattern.compile("background: ([^;}]+)")
                        .matcher(rules)
                        .results()
                        .map(MatchResult::group))
                .as("all stands on the one background")
                .containsExactly("background: var(--back)");
    }

    @Test
    void textShouldBeReadable() {
        assertThat(schemes).allSatisfy(scheme -> {
            assertThat(contrast(scheme, "text")).isGreaterThanOrEqualTo(4.5);
            assertThat(contrast(scheme, "soft")).isGreaterThanOrEqualTo(4.5);
        });
    }

    /** The bars of the chart, and the frame of what has the keyboard. */
    @Test
    void barsShouldBeSeen() {
        assertThat(schemes)
                .allSatisfy(scheme -> assertThat(contrast(scheme, "bar")).isGreaterThanOrEqualTo(3));
    }

    @Test
    void theFormulaShouldBeThatOfTheGuidelines() {
        assertThat(contrast("#000", "#fff")).isEqualTo(21);
        assertThat(contrast("#777777", "#ffffff")).isBetween(4.47, 4.48);
    }

    private static double contrast(Map<String, String> scheme, String name) {
        return contrast(scheme.getOrDefault(name, ""), scheme.getOrDefault("back", ""));
    }

    private static double contrast(String one, String other) {
        double first = luminance(one);
        double second = luminance(other);
        return (Math.max(first, second) + 0.05) / (Math.min(first, second) + 0.05);
    }

    private static double luminance(String colour) {
        String digits = colour.length() == 4 ? colour.replaceAll("[0-9a-f]", "$0$0") : colour;
        return 0.2126 * linear(digits, 1) + 0.7152 * linear(digits, 3) + 0.0722 * linear(digits, 5);
    }

    private static double linear(String colour, int at) {
        double value = Integer.parseInt(colour.substring(at, at + 2), 16) / 255.0;
        return value <= 0.03928 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
    }
}
