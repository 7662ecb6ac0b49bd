// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.distribution;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The dashboard beside the page that names the metrics, which in turn is compared with a running James, and beside its drawing. Its
 * queries are tried by AlertRulesIT.
 */
class DashboardTest {

    private static final Path DOCS = Path.of("../docs");
    private static final Pattern METRIC = Pattern.compile("popBeforeSmtp[A-Z]\\w*");

    private static JsonObject dashboard;
    private static final List<JsonObject> PANELS = new ArrayList<>();

    @BeforeAll
    static void read() throws IOException {
        dashboard = JsonParser.parseString(page("grafana-dashboard.json")).getAsJsonObject();
        JsonArray panels = dashboard.getAsJsonArray("panels");
        PANELS.clear();
        panels.forEach(panel -> PANELS.add(panel.getAsJsonObject()));
    }

    private static String page(String name) throws IOException {
        return Files.readString(DOCS.resolve(name));
    }

    private static Set<String> metricsIn(String text) {
        return METRIC.matcher(text)
                .results()
                .map(MatchResult::group)
                .map(name -> name.replaceAll("_count$", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<JsonObject> targets(JsonObject panel) {
        List<JsonObject> targets = new ArrayList<>();
        for (JsonElement target : panel.getAsJsonArray("targets")) {
            targets.add(target.getAsJsonObject());
        }
        return targets;
    }

    private static String text(JsonObject of, String name) {
        return of.get(name).getAsString();
    }

    @Test
    void eachMetricOfThePageShouldBeDrawnAndNoOther() throws IOException {
        Set<String> drawn = PANELS.stream()
                .flatMap(panel -> targets(panel).stream())
                .flatMap(target -> metricsIn(text(target, "expr")).stream())
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(drawn).isEqualTo(metricsIn(page("operations.md")));
    }

    @Test
    void eachQueryShouldFollowTheChosenJames() {
        assertThat(PANELS).allSatisfy(panel -> {
            assertThat(panel.getAsJsonObject("datasource"))
                    .hasToString("{\"type\":\"prometheus\",\"uid\":\"${datasource}\"}");
            assertThat(targets(panel))
                    .allSatisfy(target -> assertThat(text(target, "expr")).contains("{instance=~\"$instance\""));
            assertThat(targets(panel).stream().map(target -> text(target, "legendFormat")))
                    .doesNotHaveDuplicates();
        });
    }

    @Test
    void panelsShouldNotCoverEachOther() {
        Set<String> cells = new HashSet<>();
        for (JsonObject panel : PANELS) {
            JsonObject place = panel.getAsJsonObject("gridPos");
            int x = place.get("x").getAsInt();
            int y = place.get("y").getAsInt();
            assertThat(x + place.get("w").getAsInt()).isLessThanOrEqualTo(24);
            for (int column = x; column < x + place.get("w").getAsInt(); column++) {
                for (int row = y; row < y + place.get("h").getAsInt(); row++) {
                    assertThat(cells.add(column + "," + row))
                            .as(text(panel, "title"))
                            .isTrue();
                }
            }
        }
        assertThat(PANELS.stream().map(panel -> panel.get("id").getAsInt())).doesNotHaveDuplicates();
    }

    @Test
    void theDrawingShouldHaveThePanelsOfTheDashboardAndBeCalledADrawing() throws IOException {
        List<String> drawn = Pattern.compile("<text class=\"title\"[^>]*>([^<]+)</text>")
                .matcher(page("images/dashboard.svg"))
                .results()
                .map(match -> match.group(1))
                .toList();

        assertThat(drawn)
                .containsExactlyElementsOf(
                        PANELS.stream().map(panel -> text(panel, "title")).toList());
        assertThat(page("operations.md")).contains("![A drawing of the panels of the dashboard");
    }
}
