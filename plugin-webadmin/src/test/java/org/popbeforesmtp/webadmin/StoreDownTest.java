// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.popbeforesmtp.webadmin.WebAdminFixture.BOB;

import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoreDownTest {

    private static final String CONDITION =
            "the store is UNAVAILABLE (the store is switched off), 0 grants, 0 evictions, 1 failures";

    private static WebAdminFixture james;

    @BeforeAll
    static void start() throws Exception {
        james = new WebAdminFixture(Map.of());
        james.store.switchOff();
    }

    @AfterAll
    static void stop() {
        james.close();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /pop-before-smtp/grants",
        "GET, /pop-before-smtp/grants/203.0.113.9",
        "DELETE, /pop-before-smtp/grants/203.0.113.9",
        "DELETE, /pop-before-smtp/grants?user=bob@example.com",
    })
    void aRouteShouldSayThatTheStoreCannotAnswer(String method, String path) {
        james.http()
                .request(method, path)
                .then()
                .statusCode(503)
                .contentType("application/json")
                .body("statusCode", equalTo(503))
                .body("type", equalTo("ServerError"))
                .body("message", equalTo("the store is switched off"));
    }

    @Test
    void aGrantByHandShouldFailAloud() {
        james.http()
                .body("{\"user\":\"bob@example.com\"}")
                .put("/pop-before-smtp/grants/203.0.113.9")
                .then()
                .statusCode(503)
                .body("message", equalTo("The grant could not be stored, " + CONDITION));
    }

    @Test
    void explainShouldSayWhatAClientHears() {
        james.http()
                .queryParam("address", "203.0.113.9")
                .queryParam("sender", BOB)
                .get("/pop-before-smtp/explain")
                .then()
                .statusCode(503)
                .body(
                        "message",
                        equalTo("It cannot be decided now, " + CONDITION
                                + "; with onStoreFailure=tempfail the client hears: 451 4.3.0 Relaying for 203.0.113.9"
                                + " cannot be decided right now, please try again later"));
    }

    /** As at MAIL FROM: no grant could cover such a sender, so the store need not be asked. */
    @Test
    void explainShouldAnswerWhereTheStoreDoesNotMatter() {
        james.http()
                .queryParam("address", "203.0.113.9")
                .queryParam("sender", "stranger@example.org")
                .get("/pop-before-smtp/explain")
                .then()
                .statusCode(200)
                .body("allowed", equalTo(false))
                .body("reason", equalTo("sender"))
                .body("grant", nullValue());
    }
}
