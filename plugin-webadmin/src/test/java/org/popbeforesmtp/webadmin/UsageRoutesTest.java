// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.startsWith;
import static org.popbeforesmtp.webadmin.WebAdminFixture.ALICE;
import static org.popbeforesmtp.webadmin.WebAdminFixture.BOB;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;

class UsageRoutesTest {

    private static final String USAGE = "/pop-before-smtp/usage";

    private WebAdminFixture james;

    @BeforeEach
    void start() throws Exception {
        james = new WebAdminFixture(Map.of());
    }

    @AfterEach
    void stop() {
        james.close();
    }

    private void relayed(String user, int recipients) {
        Grant grant = james.login("203.0.113.9", user);
        james.product.events().accepted(grant.address(), grant, recipients);
        james.product.writeUsage();
    }

    @Test
    void aFreshJamesShouldReportNothingForThirtyDays() {
        james.http()
                .get(USAGE)
                .then()
                .statusCode(200)
                .body("from", equalTo("2026-04-04"))
                .body("to", equalTo("2026-05-04"))
                .body("users", empty())
                .body("days", hasSize(31));
    }

    @Test
    void whoRelayedShouldBeReported() {
        relayed(BOB, 2);
        james.clock.turn(Duration.ofDays(1));
        relayed(ALICE, 1);
        james.product.events().authenticated(ALICE);
        james.product.writeUsage();

        james.http()
                .queryParam("since", "7d")
                .get(USAGE)
                .then()
                .statusCode(200)
                .body("users.user", contains(ALICE, BOB))
                .body("users.recipients", contains(1, 2))
                .body("users[0].lastAuth", equalTo("2026-05-05T10:00:00.123Z"))
                .body("days.users", contains(0, 0, 0, 0, 0, 0, 1, 1));
        james.http().queryParam("user", BOB).get(USAGE).then().body("users.user", contains(BOB));
        james.http().queryParam("since", "1d").get(USAGE).then().body("users.user", contains(ALICE, BOB));
    }

    @Test
    void csvShouldBeAFileToDownload() {
        relayed(BOB, 2);

        james.http()
                .queryParam("format", "csv")
                .get(USAGE)
                .then()
                .statusCode(200)
                .header("Content-Type", startsWith("text/csv"))
                .header("Content-Disposition", containsString("pop-before-smtp-usage.csv"))
                .body(containsString("\r\n" + BOB + ","));
    }

    @Test
    void htmlShouldBeAPageThatLoadsNothing() {
        relayed(BOB, 2);

        james.http()
                .queryParam("format", "html")
                .get(USAGE)
                .then()
                .statusCode(200)
                .header("Content-Type", startsWith("text/html"))
                .header("Content-Security-Policy", startsWith("default-src 'none'"))
                .body(containsString(BOB));
    }

    @Test
    void whoIsForgottenShouldBeGone() {
        relayed(BOB, 1);
        relayed(ALICE, 1);

        james.http()
                .queryParam("user", BOB)
                .delete(USAGE)
                .then()
                .statusCode(200)
                .body("forgotten", equalTo(BOB));

        james.http().get(USAGE).then().body("users.user", contains(ALICE));
        james.http().queryParam("user", BOB).delete(USAGE).then().statusCode(404);
    }

    /** As for a revocation, an address will do for a user without a domain; and capitals do not matter. */
    @Test
    void aUserShouldBeWhomJamesKnows() throws Exception {
        james.close();
        james = WebAdminFixture.withoutVirtualHosting(Map.of());
        relayed("bob", 1);
        relayed("alice", 1);

        james.http().queryParam("user", "Bob@Example.com").get(USAGE).then().body("users.user", contains("bob"));
        james.http()
                .queryParam("user", "Bob@Example.com")
                .delete(USAGE)
                .then()
                .statusCode(200)
                .body("forgotten", equalTo("bob"));
        james.http().get(USAGE).then().body("users.user", contains("alice"));
    }

    /** Of a grant that names no user the address is kept, which may be a person's too. */
    @Test
    void anAddressShouldBeForgottenToo() {
        Grant grant = james.product
                .logins()
                .record(Login.ofUnknownUser(ClientAddress.parse("203.0.113.9"), Protocol.DRAC, false))
                .orElseThrow();
        james.product.events().accepted(grant.address(), grant, 1);
        james.product.writeUsage();
        james.http().get(USAGE).then().body("users.user", contains("[203.0.113.9]"));

        james.http()
                .queryParam("user", "[203.0.113.9]")
                .delete(USAGE)
                .then()
                .statusCode(200)
                .body("forgotten", equalTo("[203.0.113.9]"));
        james.http().get(USAGE).then().body("users", empty());
    }

    @Test
    void whatWaitsToBeWrittenShouldBeForgottenToo() {
        Grant grant = james.login("203.0.113.9", BOB);
        james.product.events().accepted(grant.address(), grant, 1);

        james.http().queryParam("user", BOB).delete(USAGE).then().statusCode(200);
        james.product.writeUsage();

        assertThat(james.product.usage().forget(BOB)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "since, 30, must be a number of days from 1d to 3650d",
        "since, 1h, must be a number of days from 1d to 3650d",
        "since, 3651d, must be a number of days from 1d to 3650d",
        "format, pdf, 'must be json, csv or html'",
        "format, JSON, 'must be json, csv or html'"
    })
    void aBadValueShouldBeRefused(String name, String value, String rule) {
        james.http()
                .queryParam(name, value)
                .get(USAGE)
                .then()
                .statusCode(400)
                .body("message", containsString(name + " was '" + value + "' but it " + rule));
    }

    @Test
    void anUnknownParameterShouldBeRefused() {
        james.http().queryParam("form", "csv").get(USAGE).then().statusCode(400);
        james.http().delete(USAGE).then().statusCode(400);
    }
}
