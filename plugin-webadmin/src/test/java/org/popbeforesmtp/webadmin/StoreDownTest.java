// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import static org.assertj.core.api.Assertions.assertThat;
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

    private static final String REASON = "the store is switched off";
    private static final String WHEN = ". GET /healthcheck/checks/PopBeforeSmtp shows when it works again";

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
        "GET, /pop-before-smtp/shared",
        "GET, /pop-before-smtp/blocks",
        "GET, /pop-before-smtp/usage",
        "GET, /pop-before-smtp/usage?format=csv",
        "GET, /pop-before-smtp/usage?format=html",
        "DELETE, /pop-before-smtp/usage?user=bob@example.com",
    })
    void aRouteShouldSayThatTheStoreCannotAnswer(String method, String path) {
        james.http()
                .request(method, path)
                .then()
                .statusCode(503)
                .contentType("application/json")
                .body("statusCode", equalTo(503))
                .body("type", equalTo("ServerError"))
                .body("message", equalTo(REASON + WHEN));
    }

    @ParameterizedTest
    @CsvSource({
        "/pop-before-smtp/grants/203.0.113.9, address=203.0.113.9",
        "/pop-before-smtp/grants?user=bob@example.com, user=bob@example.com",
    })
    void aRevocationShouldBeCalledNotConfirmed(String path, String whose) {
        try (AuditLines audit = new AuditLines(james.product)) {
            james.http()
                    .delete(path)
                    .then()
                    .statusCode(503)
                    .body(
                            "message",
                            equalTo("The revocation is not confirmed: " + REASON
                                    + ". Repeat it until it is answered with 200; repeating is safe" + WHEN));

            assertThat(audit.texts())
                    .containsExactly(
                            "revocation attempted " + whose + " by=webadmin",
                            "revocation not confirmed " + whose + " by=webadmin");
        }
    }

    @Test
    void aGrantByHandShouldFailAloud() {
        james.http()
                .body("{\"user\":\"bob@example.com\"}")
                .put("/pop-before-smtp/grants/203.0.113.9")
                .then()
                .statusCode(503)
                .body("message", equalTo("The grant could not be stored: " + REASON + WHEN));
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
                        equalTo("It cannot be decided now: " + REASON
                                + "; with onStoreFailure=tempfail the client gets: 451 4.3.0 Relaying for 203.0.113.9"
                                + " cannot be decided right now, please try again later" + WHEN));
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
