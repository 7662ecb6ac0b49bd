// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.atlassian.oai.validator.restassured.OpenApiValidationFilter;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.ParseOptions;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code docs/openapi.yaml} is valid, and the routes are as it says. */
class OpenApiTest {

    static final String FILE = "../docs/openapi.yaml";

    private static final String GRANTS = "/pop-before-smtp/grants";
    private static final String GRANTS_OF_ADDRESS = "/pop-before-smtp/grants/{address}";
    private static final String EXPLAIN = "/pop-before-smtp/explain";

    private static final String WITH_TOKEN = "/pop-before-smtp-grants/{address}";
    private static final String TOKEN = "0123456789abcdef0123456789abcdef";
    private static final String SHARED = "/pop-before-smtp/shared";
    private static final String USAGE = "/pop-before-smtp/usage";

    private static final String RELOAD = "/pop-before-smtp/reload";
    private static final String BLOCKS = "/pop-before-smtp/blocks";
    private static final String BLOCK_OF_ADDRESS = "/pop-before-smtp/blocks/{address}";
    private static final String BLOCK_OF_NETWORK = "/pop-before-smtp/blocks/{address}/{length}";
    private static final String BLOCK_OF_USER = "/pop-before-smtp/blocks/users/{user}";
    private static final String BLOCK = "{\"duration\":\"7d\",\"reason\":\"stolen password\"}";

    private final TreeSet<String> seen = new TreeSet<>();
    private WebAdminFixture james;

    @BeforeEach
    void start() throws Exception {
        james = new WebAdminFixture(Map.of("manual.token", TOKEN));
        james.login("203.0.113.9", WebAdminFixture.BOB);
    }

    @AfterEach
    void stop() {
        james.close();
    }

    private static OpenAPI specification() {
        ParseOptions options = new ParseOptions();
        options.setResolve(true);
        SwaggerParseResult result = new OpenAPIV3Parser().readLocation(FILE, null, options);
        assertThat(result.getMessages()).isEmpty();
        return result.getOpenAPI();
    }

    /** A request that must be as the file says, too. */
    private RequestSpecification proper() {
        return james.http().filter(new OpenApiValidationFilter(FILE));
    }

    private void note(String method, String path, Response response) {
        seen.add(method + " " + path + " " + response.statusCode());
    }

    private void sendProperRequests() {
        note("GET", GRANTS, proper().get(GRANTS));
        note(
                "GET",
                GRANTS,
                proper().queryParam("user", "bob@example.com")
                        .queryParam("network", "203.0.113.0/24")
                        .queryParam("limit", 10)
                        .queryParam("after", "203.0.113.8")
                        .get(GRANTS));
        note("GET", GRANTS_OF_ADDRESS, proper().get(GRANTS_OF_ADDRESS, "203.0.113.9"));
        note(
                "PUT",
                GRANTS_OF_ADDRESS,
                proper().body("{\"user\":\"bob@example.com\",\"lifetime\":\"5m\"}")
                        .put(GRANTS_OF_ADDRESS, "203.0.113.10"));
        note(
                "GET",
                EXPLAIN,
                proper().queryParam("address", "203.0.113.9")
                        .queryParam("sender", "bob@example.com")
                        .get(EXPLAIN));
        note("GET", EXPLAIN, proper().queryParam("address", "203.0.113.11").get(EXPLAIN));
        note("GET", SHARED, proper().get(SHARED));
        james.product.events().authenticated("bob@example.com");
        note(
                "GET",
                USAGE,
                proper().queryParam("since", "90d")
                        .queryParam("user", "bob@example.com")
                        .get(USAGE));
        note("DELETE", USAGE, proper().queryParam("user", "bob@example.com").delete(USAGE));
        note("DELETE", USAGE, proper().queryParam("user", "bob@example.com").delete(USAGE));
        note("GET", GRANTS, proper().queryParam("limit", 1).get(GRANTS));
        note("DELETE", GRANTS_OF_ADDRESS, proper().delete(GRANTS_OF_ADDRESS, "203.0.113.9"));
        note("DELETE", GRANTS, proper().queryParam("user", "bob@example.com").delete(GRANTS));
        note("DELETE", GRANTS, proper().queryParam("user", "nobody@example.com").delete(GRANTS));
        note("GET", GRANTS_OF_ADDRESS, proper().get(GRANTS_OF_ADDRESS, "203.0.113.9"));
    }

    private void reload() {
        james.configured.put("lifetime", "20m");
        note("POST", RELOAD, proper().post(RELOAD));
        james.configured.put("lifetime", "20");
        note("POST", RELOAD, proper().post(RELOAD));
        james.configured.remove("lifetime");
    }

    private void sendRequestsAboutBlocks() {
        for (Object[] whose : List.of(
                new Object[] {BLOCK_OF_ADDRESS, "203.0.113.9"},
                new Object[] {BLOCK_OF_NETWORK, "203.0.113.0", 24},
                new Object[] {BLOCK_OF_USER, "bob@example.com"})) {
            String path = (String) whose[0];
            Object[] names = Arrays.copyOfRange(whose, 1, whose.length);
            note("PUT", path, proper().body(BLOCK).put(path, names));
            note("GET", BLOCKS, proper().get(BLOCKS));
            note("DELETE", path, proper().delete(path, names));
            note("DELETE", path, proper().delete(path, names));
            note("PUT", path, james.http().body("{}").put(path, names));
            note("DELETE", path, james.http().queryParam("all", "").delete(path, names));
        }
        note("GET", BLOCKS, james.http().queryParam("user", "bob").get(BLOCKS));
        james.store.switchOff();
        note("GET", BLOCKS, proper().get(BLOCKS));
        note("PUT", BLOCK_OF_ADDRESS, proper().body(BLOCK).put(BLOCK_OF_ADDRESS, "203.0.113.9"));
        note("DELETE", BLOCK_OF_ADDRESS, proper().delete(BLOCK_OF_ADDRESS, "203.0.113.9"));
        note("PUT", BLOCK_OF_NETWORK, proper().body(BLOCK).put(BLOCK_OF_NETWORK, "203.0.113.0", 24));
        note("DELETE", BLOCK_OF_NETWORK, proper().delete(BLOCK_OF_NETWORK, "203.0.113.0", 24));
        note("PUT", BLOCK_OF_USER, proper().body(BLOCK).put(BLOCK_OF_USER, "bob@example.com"));
        note("DELETE", BLOCK_OF_USER, proper().delete(BLOCK_OF_USER, "bob@example.com"));
        james.store.switchOn();
    }

    private void sendBadRequests() {
        note("GET", GRANTS, james.http().queryParam("limit", 0).get(GRANTS));
        note("DELETE", GRANTS, james.http().delete(GRANTS));
        note("GET", GRANTS_OF_ADDRESS, james.http().get(GRANTS_OF_ADDRESS, "203.0.113"));
        note("PUT", GRANTS_OF_ADDRESS, james.http().body("{}").put(GRANTS_OF_ADDRESS, "203.0.113.9"));
        note("DELETE", GRANTS_OF_ADDRESS, james.http().delete(GRANTS_OF_ADDRESS, "203.0.113"));
        note("GET", EXPLAIN, james.http().get(EXPLAIN));
        note("GET", USAGE, james.http().queryParam("format", "pdf").get(USAGE));
        note("DELETE", USAGE, james.http().delete(USAGE));
        note("GET", SHARED, james.http().queryParam("user", "bob").get(SHARED));
    }

    private RequestSpecification withToken(String token) {
        return james.http().header("Authorization", "Bearer " + token).body("{\"user\":\"bob@example.com\"}");
    }

    private void sendRequestsWithAToken() throws Exception {
        note("PUT", WITH_TOKEN, withToken(TOKEN).put(WITH_TOKEN, "203.0.113.9"));
        note("PUT", WITH_TOKEN, withToken(TOKEN).put(WITH_TOKEN, "203.0.113"));
        note("PUT", WITH_TOKEN, withToken("x").put(WITH_TOKEN, "203.0.113.9"));
        try (WebAdminFixture off = new WebAdminFixture(Map.of())) {
            note("PUT", WITH_TOKEN, off.http().body("{}").put(WITH_TOKEN, "203.0.113.9"));
        }
    }

    private void sendProperRequestsToAStoreThatIsDown() {
        james.store.switchOff();
        note("GET", SHARED, proper().get(SHARED));
        note("GET", USAGE, proper().get(USAGE));
        note("DELETE", USAGE, proper().queryParam("user", "bob@example.com").delete(USAGE));
        note("GET", GRANTS, proper().get(GRANTS));
        note("DELETE", GRANTS, proper().queryParam("user", "bob@example.com").delete(GRANTS));
        note("GET", GRANTS_OF_ADDRESS, proper().get(GRANTS_OF_ADDRESS, "203.0.113.9"));
        note(
                "PUT",
                GRANTS_OF_ADDRESS,
                proper().body("{\"user\":\"bob@example.com\"}").put(GRANTS_OF_ADDRESS, "203.0.113.9"));
        note("DELETE", GRANTS_OF_ADDRESS, proper().delete(GRANTS_OF_ADDRESS, "203.0.113.9"));
        note(
                "GET",
                EXPLAIN,
                proper().queryParam("address", "203.0.113.9")
                        .queryParam("sender", "bob@example.com")
                        .get(EXPLAIN));
    }

    @Test
    void eachAnswerOfEachRouteShouldBeAsTheFileSays() throws Exception {
        TreeSet<String> declared = new TreeSet<>();
        specification()
                .getPaths()
                .forEach((path, item) -> item.readOperationsMap()
                        .forEach((method, operation) -> operation
                                .getResponses()
                                .keySet()
                                .forEach(status -> declared.add(method + " " + path + " " + status))));

        sendProperRequests();
        sendBadRequests();
        sendRequestsAboutBlocks();
        reload();
        sendRequestsWithAToken();
        sendProperRequestsToAStoreThatIsDown();
        note("PUT", WITH_TOKEN, withToken(TOKEN).put(WITH_TOKEN, "203.0.113.9"));

        assertThat(seen).isEqualTo(declared);
    }

    /** Whether the validation looks at anything at all. */
    @Test
    void aRequestThatIsNotAsTheFileSaysShouldBeNoticed() {
        assertThatThrownBy(() -> proper().queryParam("limit", 0).get(GRANTS))
                .isInstanceOf(OpenApiValidationFilter.OpenApiValidationException.class)
                .hasMessageContaining("limit");
        assertThatThrownBy(() -> proper().body("{\"usr\":\"bob\"}").put(GRANTS_OF_ADDRESS, "203.0.113.9"))
                .isInstanceOf(OpenApiValidationFilter.OpenApiValidationException.class)
                .hasMessageContaining("usr");
    }
}
