// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;
import static org.popbeforesmtp.webadmin.WebAdminFixture.ALICE;
import static org.popbeforesmtp.webadmin.WebAdminFixture.BOB;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.policy.Reason;
import org.popbeforesmtp.store.GrantQuery;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;

class BlockRoutesTest {

    private static final String BLOCKS = "/pop-before-smtp/blocks";
    private static final String BODY = "{\"duration\":\"7d\",\"reason\":\"stolen password\"}";
    private static final String EXAMPLE = "The body must be JSON such as " + BODY
            + ": duration is required, reason is not, each is given once, nothing else is known";
    private static final String DURATION_RULE =
            "but it must be a number with a unit (ms, s, m, h, d) from 1s to 30d, such as 7d";

    private WebAdminFixture james;

    @BeforeEach
    void start() throws Exception {
        james = new WebAdminFixture(Map.of());
    }

    @AfterEach
    void stop() {
        james.close();
    }

    private Optional<Reason> reasonAt(String address, String sender) {
        return james.product
                .policy()
                .decide(ClientAddress.parse(address), Optional.of(sender))
                .reason();
    }

    // ---- what it does

    @Test
    void blockingAUserShouldRevokeTheirGrantsAndRefuseFurtherOnes() {
        james.login("203.0.113.9", BOB);
        james.login("203.0.113.10", BOB);
        james.login("203.0.113.10", ALICE);

        james.http()
                .body(BODY)
                .put(BLOCKS + "/users/" + BOB)
                .then()
                .statusCode(200)
                .contentType("application/json")
                .body("revoked", equalTo(2))
                .body("userExists", equalTo(true))
                .body("block.user", equalTo(BOB))
                .body("block.network", nullValue())
                .body("block.reason", equalTo("stolen password"))
                .body("block.by", equalTo("webadmin"))
                .body("block.since", equalTo(james.clock.instant().toString()))
                .body(
                        "block.until",
                        equalTo(james.clock.instant().plus(Duration.ofDays(7)).toString()));

        assertThat(james.store.list(GrantQuery.all().ofUser(BOB))).isEmpty();
        assertThat(james.product
                        .logins()
                        .record(Login.of(ClientAddress.parse("203.0.113.9"), BOB, Protocol.POP3, true)))
                .isEmpty();
        assertThat(reasonAt("203.0.113.9", BOB)).contains(Reason.BLOCKED);
        assertThat(reasonAt("203.0.113.10", ALICE)).isEmpty();
    }

    @Test
    void blockingANetworkShouldRevokeTheGrantsOfItsAddresses() {
        james.login("203.0.113.9", BOB);
        james.login("203.0.113.10", ALICE);
        james.login("198.51.100.1", BOB);

        james.http()
                .body(BODY)
                .put(BLOCKS + "/203.0.113.77/24")
                .then()
                .statusCode(200)
                .body("revoked", equalTo(2))
                .body("userExists", nullValue())
                .body("block.network", equalTo("203.0.113.0/24"))
                .body("block.user", nullValue());

        assertThat(james.store.list(GrantQuery.all())).hasSize(1);
        assertThat(reasonAt("203.0.113.200", BOB)).contains(Reason.BLOCKED);
        assertThat(reasonAt("198.51.100.1", BOB)).isEmpty();
    }

    @Test
    void aNetworkMayBeWrittenWithAnEncodedSlash() {
        james.http()
                .urlEncodingEnabled(false)
                .body(BODY)
                .put(BLOCKS + "/2001:db8::%2F32")
                .then()
                .statusCode(200)
                .body("block.network", equalTo("2001:db8::/32"));
    }

    @Test
    void blockingAnAddressShouldRevokeWhatItsIpv6NetworkShares() throws Exception {
        try (WebAdminFixture shared = new WebAdminFixture(Map.of("ipv6.prefixLength", "64"))) {
            shared.login("2001:db8::1", BOB);

            shared.http()
                    .body(BODY)
                    .put(BLOCKS + "/2001:db8::bad")
                    .then()
                    .statusCode(200)
                    .body("revoked", equalTo(1))
                    .body("block.network", equalTo("2001:db8::bad"));
        }
    }

    @Test
    void moreGrantsThanAPageHasShouldAllBeRevoked() {
        for (int i = 0; i < 10_001; i++) {
            james.login("10.0." + i / 256 + "." + i % 256, BOB);
        }

        james.http().body(BODY).put(BLOCKS + "/10.0.0.0/8").then().body("revoked", equalTo(10_001));
        assertThat(james.store.list(GrantQuery.all())).isEmpty();
    }

    @Test
    void blocksShouldBeListedUntilTheyEnd() {
        james.http().get(BLOCKS).then().statusCode(200).body("blocks", empty());
        james.http().body("{\"duration\":\"1h\"}").put(BLOCKS + "/users/" + BOB);
        james.http().body(BODY).put(BLOCKS + "/203.0.113.9");

        james.http()
                .get(BLOCKS)
                .then()
                .statusCode(200)
                .body("blocks.network", contains("203.0.113.9", null))
                .body("blocks.user", contains(null, BOB))
                .body("blocks.reason", contains("stolen password", ""));
        assertThat(james.product.blocksInForce()).isEqualTo(2);

        james.clock.turn(Duration.ofHours(1));
        james.http().get(BLOCKS).then().body("blocks", hasSize(1));
        assertThat(james.product.blocksInForce()).isEqualTo(1);
    }

    @Test
    void aBlockShouldBeReplacedByAnotherOfTheSameTarget() {
        james.http().body(BODY).put(BLOCKS + "/203.0.113.9");
        james.http().body("{\"duration\":\"1h\"}").put(BLOCKS + "/203.0.113.9/32");

        james.http().get(BLOCKS).then().body("blocks.reason", contains(""));
    }

    @ParameterizedTest
    @CsvSource({
        "/users/bob@example.com, bob@example.com",
        "/203.0.113.0/24, 203.0.113.0/24",
        "/203.0.113.9, 203.0.113.9"
    })
    void endingABlockShouldReportItOnce(String path, String target) {
        james.http().body(BODY).put(BLOCKS + path).then().statusCode(200);

        james.http().delete(BLOCKS + path).then().statusCode(200).body("block.reason", equalTo("stolen password"));
        james.http()
                .delete(BLOCKS + path)
                .then()
                .statusCode(404)
                .body("message", equalTo("There is no block of " + target));
        james.login("203.0.113.9", BOB);
        assertThat(reasonAt("203.0.113.9", BOB)).isEmpty();
    }

    /** It does no harm, and the user may be gone already; but a mistyped name must not look like a success. */
    @Test
    void aNameThatJamesDoesNotKnowShouldBeBlockedAndSaidToBeUnknown() {
        james.http()
                .body(BODY)
                .put(BLOCKS + "/users/bbo@example.com")
                .then()
                .statusCode(200)
                .body("userExists", equalTo(false));
    }

    @Test
    void aUserShouldBeBlockedAsJamesKnowsThem() throws Exception {
        try (WebAdminFixture local = WebAdminFixture.withoutVirtualHosting(Map.of())) {
            local.http()
                    .body(BODY)
                    .put(BLOCKS + "/users/" + BOB)
                    .then()
                    .body("block.user", equalTo("bob"))
                    .body("userExists", equalTo(true));
        }
    }

    @Test
    void aUserWithAPlusInTheNameShouldBeThatUser() throws Exception {
        james.users.addUser(org.apache.james.core.Username.of("bob+till@example.com"), "secret");
        james.http()
                .urlEncodingEnabled(false)
                .body(BODY)
                .put(BLOCKS + "/users/bob+till@example.com")
                .then()
                .body("block.user", equalTo("bob+till@example.com"));
    }

    @Test
    void aGrantByHandShouldBeRefusedWhereItIsBlocked() {
        james.http().body(BODY).put(BLOCKS + "/users/" + BOB);

        james.http()
                .body("{\"user\":\"" + BOB + "\"}")
                .put("/pop-before-smtp/grants/203.0.113.9")
                .then()
                .statusCode(400)
                .body(
                        "message",
                        equalTo("The address or the user is blocked; GET /pop-before-smtp/blocks shows until when"));
    }

    @Test
    void explainShouldNameTheBlock() {
        james.http().body(BODY).put(BLOCKS + "/203.0.113.0/24");
        String until = james.clock.instant().plus(Duration.ofDays(7)).toString();

        james.http()
                .queryParam("address", "203.0.113.9")
                .queryParam("sender", BOB)
                .get("/pop-before-smtp/explain")
                .then()
                .body("allowed", equalTo(false))
                .body("reason", equalTo("blocked"))
                .body(
                        "rule",
                        equalTo("blocked by webadmin until " + until
                                + " (stolen password): DELETE /pop-before-smtp/blocks/203.0.113.0/24 ends that"))
                .body(
                        "refusal",
                        equalTo(
                                "550 5.7.1 Relaying denied for 203.0.113.9: sending after checking mail is blocked for this"
                                        + " address or account; ask your administrator"))
                .body("block.until", equalTo(until));
    }

    @Test
    void aBlockShouldBeInTheAuditLog() {
        james.login("203.0.113.9", BOB);
        try (AuditLines audit = new AuditLines(james.product)) {
            james.http().body(BODY).put(BLOCKS + "/users/" + BOB);
            james.http().delete(BLOCKS + "/users/" + BOB);
            james.http().delete(BLOCKS + "/users/" + BOB);

            assertThat(audit.texts())
                    .containsExactly(
                            "block attempted user=bob@example.com by=webadmin because: stolen password",
                            "blocked user=bob@example.com until="
                                    + james.clock.instant().plus(Duration.ofDays(7))
                                    + " grants=1 by=webadmin because: stolen password",
                            "end of block attempted user=bob@example.com by=webadmin",
                            "block ended user=bob@example.com by=webadmin",
                            "end of block attempted user=bob@example.com by=webadmin");
        }
    }

    @Test
    void aBlockThatIsNotConfirmedShouldSaySo() {
        james.store.switchOff();
        try (AuditLines audit = new AuditLines(james.product)) {
            james.http()
                    .body(BODY)
                    .put(BLOCKS + "/users/" + BOB)
                    .then()
                    .statusCode(503)
                    .body(
                            "message",
                            equalTo(
                                    "The block is not confirmed: the store is switched off. Repeat it until it is answered"
                                            + " with 200; repeating is safe. GET /healthcheck/checks/PopBeforeSmtp shows when it works"
                                            + " again"));

            assertThat(audit.texts())
                    .containsExactly(
                            "block attempted user=bob@example.com by=webadmin because: stolen password",
                            "block not confirmed user=bob@example.com by=webadmin because: stolen password");
        }
    }

    // ---- what is refused

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | duration must be given: how long the block is to last, such as 7d",
                "{\"duration\":\"7\"} | duration was '7' " + DURATION_RULE,
                "{\"duration\":\"\"} | duration was '' " + DURATION_RULE,
                "{\"duration\":\"-7d\"} | duration was '-7d' " + DURATION_RULE,
                "{\"duration\":\"0s\"} | duration was '0s' " + DURATION_RULE,
                "{\"duration\":\"999ms\"} | duration was '999ms' " + DURATION_RULE,
                "{\"duration\":\"31d\"} | duration was '31d' " + DURATION_RULE,
                "{\"duration\":\"721h\"} | duration was '721h' " + DURATION_RULE,
                "{\"duration\":\"999999999d\"} | duration was '999999999d' " + DURATION_RULE,
                "{\"duration\":\"P7D\"} | duration was 'P7D' " + DURATION_RULE,
                "{\"duration\":\"7d\",\"duration\":\"8d\"} | " + EXAMPLE,
                "{\"duration\":\"7d\",\"until\":\"8d\"} | " + EXAMPLE,
                "{\"duration\":{\"days\":7}} | " + EXAMPLE,
                "{\"duration\":\"7d\"} {} | " + EXAMPLE,
                "{\"duration\":\"7d\" | " + EXAMPLE,
                "[] | " + EXAMPLE,
                "null | " + EXAMPLE,
            })
    void aBodyThatIsWrongShouldBeRefused(String body, String message) {
        for (String path : new String[] {"/users/" + BOB, "/203.0.113.9", "/203.0.113.0/24"}) {
            james.http().body(body).put(BLOCKS + path).then().statusCode(400).body("message", equalTo(message));
        }
        james.http().get(BLOCKS).then().body("blocks", empty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"two\nlines", "bell\u0007", "left\u202eright"})
    void aReasonThatCannotBePrintedShouldBeRefused(String reason) {
        james.http()
                .body(Map.of("duration", "7d", "reason", reason))
                .put(BLOCKS + "/203.0.113.9")
                .then()
                .statusCode(400)
                .body(
                        "message",
                        equalTo("reason was '" + reason
                                + "' but it must be printable, on one line of at most 200 characters"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "203.0.113",
                "203.0.113.0/33",
                "203.0.113.0/-1",
                "203.0.113.0/x",
                "203.0.113.0/255.255.255.0",
                "*",
                "example.com",
                "2001:db8::/129",
                "::ffff:203.0.113.0/24",
                "users"
            })
    void aNetworkThatIsNoneShouldBeRefused(String network) {
        String message = "address was '" + network + "' but it must be a network such as 192.0.2.0/24 or 2001:db8::/32";

        james.http()
                .body(BODY)
                .put(BLOCKS + "/" + network)
                .then()
                .statusCode(400)
                .body("message", equalTo(message));
        james.http().delete(BLOCKS + "/" + network).then().statusCode(400).body("message", equalTo(message));
    }

    @ParameterizedTest
    @ValueSource(strings = {"%20", "a@b@c", "@example.com"})
    void aUserThatIsNoneShouldBeRefused(String user) {
        for (String method : new String[] {"PUT", "DELETE"}) {
            james.http()
                    .urlEncodingEnabled(false)
                    .body(BODY)
                    .request(method, BLOCKS + "/users/" + user)
                    .then()
                    .statusCode(400)
                    .body("message", containsString("must be the name of a user"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, /203.0.113.9?force, The parameter 'force' is unknown here; there are none",
        "DELETE, /203.0.113.9?force, The parameter 'force' is unknown here; there are none",
        "PUT, /users/bob@example.com?duration=7d, The parameter 'duration' is unknown here; there are none",
        "GET, ?user=bob@example.com, The parameter 'user' is unknown here; there are none",
    })
    void aParameterShouldBeRefused(String method, String path, String message) {
        james.http()
                .body(BODY)
                .request(method, BLOCKS + path)
                .then()
                .statusCode(400)
                .body("message", equalTo(message));
    }

    @ParameterizedTest
    @CsvSource({
        "POST, ''",
        "PUT, ''",
        "DELETE, ''",
        "GET, /203.0.113.9",
        "GET, /users/bob@example.com",
        "PUT, /203.0.113.0/24/7",
        "DELETE, /users/a/b/c"
    })
    void whatIsNotThereShouldBeNotFound(String method, String path) {
        james.http().body(BODY).request(method, BLOCKS + path).then().statusCode(404);
    }

    @Test
    void moreBlocksThanThereCanBeShouldBeRefused() {
        for (int i = 0; i < 1000; i++) {
            james.product
                    .blocks()
                    .put(org.popbeforesmtp.block.Block.of(
                            org.popbeforesmtp.block.BlockTarget.ofUser("user" + i),
                            james.clock.instant(),
                            james.clock.instant().plusSeconds(60),
                            "",
                            "test"));
        }

        james.http()
                .body(BODY)
                .put(BLOCKS + "/203.0.113.9")
                .then()
                .statusCode(400)
                .body("message", equalTo("1000 blocks hold already, as many as there can be: end one of them first"));
    }
}
