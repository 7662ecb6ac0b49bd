// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import io.restassured.specification.RequestSpecification;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Protocol;

class TokenRoutesTest {

    private static final String OLD = "0123456789abcdef0123456789abcdef";
    private static final String NEW = "fedcba9876543210fedcba9876543210";
    private static final String PATH = "/pop-before-smtp-grants/203.0.113.9";
    private static final String BODY = "{\"user\":\"bob@example.com\"}";

    private WebAdminFixture james;

    @BeforeEach
    void start() throws Exception {
        james = new WebAdminFixture(Map.of("manual.token", OLD + "," + NEW, "networks.excluded", "198.51.100.0/24"));
    }

    @AfterEach
    void stop() {
        james.close();
    }

    private RequestSpecification with(String token) {
        return james.http().header("Authorization", "Bearer " + token).body(BODY);
    }

    private java.util.List<Grant> grants() {
        return james.store.find(ClientAddress.parse("203.0.113.9"));
    }

    @ParameterizedTest
    @ValueSource(strings = {OLD, NEW})
    void eachTokenShouldGrant(String token) {
        with(token).put(PATH).then().statusCode(204);

        assertThat(grants()).singleElement().satisfies(grant -> {
            assertThat(grant.user()).contains("bob@example.com");
            assertThat(grant.protocol()).isEqualTo(Protocol.MANUAL);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Bearer",
                "Bearer ",
                "Bearer 0123456789abcdef0123456789abcdee",
                "Bearer 0123456789abcdef0123456789abcdef,fedcba9876543210fedcba9876543210",
                "Basic 0123456789abcdef0123456789abcdef",
                "0123456789abcdef0123456789abcdef"
            })
    void withoutATokenNothingShouldBeGrantedNorReported(String header) {
        james.http()
                .header("Authorization", header)
                .body("nonsense")
                .put("/pop-before-smtp-grants/nonsense")
                .then()
                .statusCode(401)
                .header("WWW-Authenticate", "Bearer")
                .body(
                        "message",
                        equalTo("A token of manual.token is required, in a header Authorization: Bearer TOKEN"))
                .body(not(containsString("0123456789abcdef")));
        assertThat(grants()).isEmpty();
    }

    @Test
    void withoutATokenInTheConfigurationTheRouteShouldBeOff() throws Exception {
        james.close();
        james = new WebAdminFixture(Map.of());

        with(OLD).put(PATH).then().statusCode(404);
        with("").put(PATH).then().statusCode(404);
        assertThat(grants()).isEmpty();
    }

    /** Whoever has stolen the token shall not have a grant for a day. */
    @Test
    void aLifetimeShouldBeNoLongerThanTheConfiguredOne() {
        james.http()
                .header("Authorization", "Bearer " + OLD)
                .body("{\"user\":\"bob@example.com\",\"lifetime\":\"16m\"}")
                .put(PATH)
                .then()
                .statusCode(400)
                .body("message", equalTo("lifetime was '16 minutes' but it must not be longer here than 15 minutes"));
        assertThat(grants()).isEmpty();
    }

    @Test
    void theRulesShouldHoldAsForAnAdministrator() {
        with(OLD).put("/pop-before-smtp-grants/198.51.100.7").then().statusCode(400);
        with(OLD).put("/pop-before-smtp-grants/nonsense").then().statusCode(400);
        with(OLD).put(PATH + "?user=alice@example.com").then().statusCode(400);
        with(OLD)
                .body("{\"user\":\"nobody@example.com\"}")
                .put(PATH)
                .then()
                .statusCode(400)
                .body("message", equalTo("user was 'nobody@example.com' but it must be a user of this James"));
        assertThat(grants()).isEmpty();
    }

    @Test
    void eachGrantShouldBeInTheAuditLog() {
        try (AuditLines audit = new AuditLines(james.product)) {
            with(OLD).put(PATH).then().statusCode(204);

            assertThat(audit.texts())
                    .singleElement()
                    .asString()
                    .startsWith("granted address=203.0.113.9 user=bob@example.com protocol=manual until=");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "DELETE", "POST", "PATCH"})
    void aTokenShouldDoNothingElse(String method) {
        james.login("203.0.113.9", WebAdminFixture.BOB);

        with(OLD).request(method, PATH).then().statusCode(404);
        with(OLD)
                .request(method, "/pop-before-smtp-grants?user=bob@example.com")
                .then()
                .statusCode(404);
        assertThat(grants()).hasSize(1);
    }
}
