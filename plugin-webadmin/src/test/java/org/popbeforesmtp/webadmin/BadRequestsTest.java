// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import io.restassured.specification.RequestSpecification;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request that is wrong gets for an answer. Nothing is granted or revoked by it. */
class BadRequestsTest {

    private static final String GRANTS = "/pop-before-smtp/grants";
    private static final String EXAMPLE =
            "The body must be JSON such as {\"user\":\"bob@example.com\",\"lifetime\":\"5m\"}:"
                    + " user is required, lifetime is not, each is given once, nothing else is known";
    private static final String PLUS = " (in a URL a + stands for a blank; curl --data-urlencode writes it right)";

    private static WebAdminFixture james;

    @BeforeAll
    static void start() throws Exception {
        james = new WebAdminFixture(Map.of(
                "networks.excluded",
                "198.51.100.0/24",
                "networks.only",
                "203.0.113.0/24,198.51.100.0/24",
                "users.excluded",
                WebAdminFixture.CAROL));
        james.login("203.0.113.9", WebAdminFixture.BOB);
    }

    @AfterAll
    static void stop() {
        assertThat(james.store.list(org.popbeforesmtp.store.GrantQuery.all()))
                .extracting(grant -> grant.address().toString())
                .containsExactly("203.0.113.9");
        james.close();
    }

    /** The path is sent as it is written here. */
    private static RequestSpecification http() {
        return james.http().urlEncodingEnabled(false);
    }

    private static String bad(String name, String value, String rule) {
        return name + " was '" + value + "' but it must " + rule;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "203.0.113",
                "203.0.113.256",
                "203.0.113.9.",
                "0203.0.113.9",
                "203.0.113.0/24",
                "mail.example.com",
                "localhost",
                "2001:db8::/64",
                "[2001:db8::1]",
                "2001:db8:::1",
                "12345",
                "*",
                "..",
                " ",
            })
    void anAddressThatIsNoneShouldBeRefused(String address) {
        String message = bad("address", address, "be an IPv4 or IPv6 address");
        String path = GRANTS + "/"
                + java.net.URLEncoder.encode(address, java.nio.charset.StandardCharsets.UTF_8)
                        .replace("+", "%20");

        for (String method : new String[] {"GET", "DELETE"}) {
            http().request(method, path)
                    .then()
                    .statusCode(400)
                    .contentType("application/json")
                    .body("statusCode", equalTo(400))
                    .body("type", equalTo("InvalidArgument"))
                    .body("message", equalTo(message));
        }
        http().body("{\"user\":\"bob@example.com\"}")
                .put(path)
                .then()
                .statusCode(400)
                .body("message", equalTo(message));
        james.http()
                .queryParam("address", address)
                .get("/pop-before-smtp/explain")
                .then()
                .statusCode(400)
                .body("message", equalTo(message));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "network=203.0.113.0/33 | network was '203.0.113.0/33' but it must be a network such as 192.0.2.0/24 or 2001:db8::/32",
                "network=203.0.113 | network was '203.0.113' but it must be a network such as 192.0.2.0/24 or 2001:db8::/32",
                "network=example.com | network was 'example.com' but it must be a network such as 192.0.2.0/24 or 2001:db8::/32",
                "network= | network was '' but it must be a network such as 192.0.2.0/24 or 2001:db8::/32",
                "limit=0 | limit was '0' but it must be a whole number from 1 to 10000",
                "limit=-1 | limit was '-1' but it must be a whole number from 1 to 10000",
                "limit=10001 | limit was '10001' but it must be a whole number from 1 to 10000",
                "limit=1e3 | limit was '1e3' but it must be a whole number from 1 to 10000",
                "limit= | limit was '' but it must be a whole number from 1 to 10000",
                "limit=99999999999999999999 | limit was '99999999999999999999' but it must be a whole number from 1 to 10000",
                "after= | after was '' but it must be an IPv4 or IPv6 address, or what next was in the answer before",
                "after=203.0.113.9,1 | after was '203.0.113.9,1' but it must be an IPv4 or IPv6 address, or what next was in the answer before",
                "offset=1 | The parameter 'offset' is unknown here; known are user, network, limit, after",
                "usr=bob@example.com | The parameter 'usr' is unknown here; known are user, network, limit, after",
                "limit=1&limit=2 | The parameter 'limit' must be given once only",
            })
    void aFilterThatIsNoneShouldBeRefused(String query, String message) {
        http().get(GRANTS + "?" + query).then().statusCode(400).body("message", equalTo(message));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "%20", "a@b@c", "@example.com", "bob%00@exa%20mple.com"})
    void aUserThatIsNoneShouldBeRefused(String user) {
        String message = bad(
                "user",
                java.net.URLDecoder.decode(user, java.nio.charset.StandardCharsets.UTF_8),
                "be the name of a user, such as bob@example.com" + PLUS);

        http().get(GRANTS + "?user=" + user).then().statusCode(400).body("message", equalTo(message));
        http().delete(GRANTS + "?user=" + user).then().statusCode(400).body("message", equalTo(message));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | The parameter 'user' must be given",
                "?usr=bob@example.com | The parameter 'usr' is unknown here; known are user",
                "?user=bob@example.com&user=alice@example.com | The parameter 'user' must be given once only",
                "?user=bob@example.com&network=203.0.113.0/24 | The parameter 'network' is unknown here; known are user",
                "/203.0.113.9?user=alice@example.com | The parameter 'user' is unknown here; there are none",
            })
    void aRevocationThatMightMeanSomethingElseShouldBeRefused(String rest, String message) {
        http().delete(GRANTS + rest).then().statusCode(400).body("message", equalTo(message));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"user\":\"\"} | user was '' but it must be the name of a user, such as bob@example.com" + PLUS,
                "{\"user\":\"a@b@c\"} | user was 'a@b@c' but it must be the name of a user, such as bob@example.com"
                        + PLUS,
                "{\"user\":\"dave@example.com\"} | user was 'dave@example.com' but it must be a user of this James",
                "{\"user\":\"bob\"} | user was 'bob' but it must be a user of this James",
                "{\"user\":\"sales@example.com\"} | user was 'sales@example.com' but it must be a user of this James",
                "{\"user\":null} | user must be given: the user to whom the grant belongs",
                "{} | user must be given: the user to whom the grant belongs",
                "{\"lifetime\":\"5m\"} | user must be given: the user to whom the grant belongs",
                "{\"user\":\"bob@example.com\",\"lifetime\":\"5\"} | lifetime was '5' but it must be a number with a unit (ms, s, m, h, d) from 1s to 24h, such as 15m",
                "{\"user\":\"bob@example.com\",\"lifetime\":300} | lifetime was '300' but it must be a number with a unit (ms, s, m, h, d) from 1s to 24h, such as 15m",
                "{\"user\":\"bob@example.com\",\"lifetime\":\"\"} | lifetime was '' but it must be a number with a unit (ms, s, m, h, d) from 1s to 24h, such as 15m",
                "{\"user\":\"bob@example.com\",\"lifetime\":\"-5m\"} | lifetime was '-5m' but it must be a number with a unit (ms, s, m, h, d) from 1s to 24h, such as 15m",
                "{\"user\":\"bob@example.com\",\"lifetime\":\"25h\"} | lifetime was '25h' but it must be a number with a unit (ms, s, m, h, d) from 1s to 24h, such as 15m",
                "{\"user\":\"bob@example.com\",\"lifetime\":\"999ms\"} | lifetime was '999ms' but it must be a number with a unit (ms, s, m, h, d) from 1s to 24h, such as 15m",
                "{\"user\":\"bob@example.com\",\"lifetme\":\"5m\"} | " + EXAMPLE,
                "{\"user\":\"bob@example.com\",\"protocol\":\"pop3\"} | " + EXAMPLE,
                "{\"user\":[\"bob@example.com\"]} | " + EXAMPLE,
                "{\"user\":\"bob@example.com\" | " + EXAMPLE,
                "{\"user\":\"bob@example.com\",\"user\":\"alice@example.com\"} | " + EXAMPLE,
                "{\"user\":\"bob@example.com\"} {\"user\":\"alice@example.com\"} | " + EXAMPLE,
                "{\"user\":\"bob@example.com\"}} | " + EXAMPLE,
                "{\"user\":\"bob@example.com\"} nonsense | " + EXAMPLE,
                "[] | " + EXAMPLE,
                "null | " + EXAMPLE,
                "\"bob@example.com\" | " + EXAMPLE,
                "user=bob@example.com | " + EXAMPLE,
            })
    void aBodyThatIsWrongShouldBeRefused(String body, String message) {
        http().body(body)
                .put(GRANTS + "/203.0.113.10")
                .then()
                .statusCode(400)
                .contentType("application/json")
                .body("message", equalTo(message));
    }

    @Test
    void anEmptyBodyShouldBeRefused() {
        http().put(GRANTS + "/203.0.113.10")
                .then()
                .statusCode(400)
                .body("message", startsWith("The body is empty but it must be JSON such as {\"user\""));
    }

    /** This is what {@code curl -d} sends without a header; James's WebAdmin then loses the body. */
    @Test
    void aBodySentAsAFormShouldBeRefusedWithAHint() {
        http().contentType("application/x-www-form-urlencoded")
                .body("{\"user\":\"bob@example.com\"}")
                .put(GRANTS + "/203.0.113.10")
                .then()
                .statusCode(400)
                .body(
                        "message",
                        equalTo("The body is empty but it must be JSON such as"
                                + " {\"user\":\"bob@example.com\",\"lifetime\":\"5m\"},"
                                + " sent with the header Content-Type: application/json"));
    }

    @Test
    void aUserWhoseLoginsNeverGrantShouldNotBeGrantedByHandEither() {
        http().body("{\"user\":\"Carol@example.com\"}")
                .put(GRANTS + "/203.0.113.9")
                .then()
                .statusCode(400)
                .body("message", equalTo("user was 'carol@example.com' but it must be none of users.excluded"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "198.51.100.7 | address was '198.51.100.7' but it must be in no network of networks.excluded",
                "192.0.2.1 | address was '192.0.2.1' but it must be in a network of networks.only",
                "2001:db8::1 | address was '2001:db8::1' but it must be in a network of networks.only",
            })
    void anAddressThatMustNotGrantShouldBeRefused(String address, String message) {
        http().body("{\"user\":\"bob@example.com\"}")
                .put(GRANTS + "/" + address)
                .then()
                .statusCode(400)
                .body("message", equalTo(message));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | The parameter 'address' must be given",
                "?sender=bob@example.com | The parameter 'address' must be given",
                "?address=203.0.113.9&from=bob@example.com | The parameter 'from' is unknown here; known are address, sender",
                "?address=203.0.113.9&sender=bob | sender was 'bob' but it must be an address such as bob@example.com, or empty for the null sender"
                        + PLUS,
                "?address=203.0.113.9&sender=bob+tag@example.com | sender was 'bob tag@example.com' but it must be an address such as bob@example.com, or empty for the null sender"
                        + PLUS,
            })
    void aQuestionThatIsNoneShouldBeRefused(String query, String message) {
        http().get("/pop-before-smtp/explain" + query).then().statusCode(400).body("message", equalTo(message));
    }

    @Test
    void aQuestionWithALineBreakShouldBeRefused() {
        http().get("/pop-before-smtp/explain?address=203.0.113.9&sender=bob@example.com%0d%0aRCPT")
                .then()
                .statusCode(400)
                .body("message", startsWith("sender was 'bob@example.com\r\nRCPT' but it must be an address"));
    }

    /** James's WebAdmin has one answer for an unknown path and for a method that a path doesn't have. */
    @ParameterizedTest
    @CsvSource({
        "POST, /pop-before-smtp/grants",
        "PUT, /pop-before-smtp/grants",
        "PATCH, /pop-before-smtp/grants/203.0.113.9",
        "POST, /pop-before-smtp/grants/203.0.113.9",
        "PUT, /pop-before-smtp/explain",
        "DELETE, /pop-before-smtp/explain",
        "GET, /pop-before-smtp",
        "GET, /pop-before-smtp/",
        "GET, /pop-before-smtp/grant",
        "GET, /pop-before-smtp/grants/203.0.113.9/user",
    })
    void aRouteThatIsNoneShouldNotBeFound(String method, String path) {
        http().body("{\"user\":\"bob@example.com\"}")
                .request(method, path)
                .then()
                .statusCode(404)
                .contentType("application/json")
                .body("type", equalTo("notFound"))
                .body("message", equalTo(method + " " + path + " can not be found"));
    }

    @Test
    void aLongValueShouldBeCutInTheAnswer() {
        http().get(GRANTS + "/" + "1".repeat(2_000))
                .then()
                .statusCode(400)
                .body("message", equalTo(bad("address", "1".repeat(200) + "...", "be an IPv4 or IPv6 address")));
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /grants?user=%ff%fe",
        "DELETE, /grants?user=%ff%fe",
        "DELETE, /grants?user=bob%c0%80@example.com",
        "GET, /grants?%ff=1",
        "DELETE, /grants/203.0.113.9?%ff=1",
        "GET, /explain?address=203.0.113.9&sender=%e2%82",
        "GET, /shared?x=%ff",
    })
    void aQueryThatIsNoUtf8ShouldBeRefused(String method, String path) {
        http().request(method, "/pop-before-smtp" + path)
                .then()
                .statusCode(400)
                .contentType("application/json")
                .body(
                        "message",
                        equalTo("The query cannot be read: it must be percent-encoded UTF-8, as curl"
                                + " --data-urlencode writes it"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=1;drop", "limit=%31%30", "user=%C3%BC@example.com"})
    void valuesShouldBeDecodedOnce(String query) {
        int status = http().get(GRANTS + "?" + query).statusCode();

        assertThat(status).isEqualTo(query.contains("drop") ? 400 : 200);
    }
}
