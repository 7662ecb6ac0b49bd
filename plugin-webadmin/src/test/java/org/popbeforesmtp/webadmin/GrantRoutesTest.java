// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;
import static org.popbeforesmtp.webadmin.WebAdminFixture.ALICE;
import static org.popbeforesmtp.webadmin.WebAdminFixture.BOB;
import static org.popbeforesmtp.webadmin.WebAdminFixture.CAROL;
import static org.popbeforesmtp.webadmin.WebAdminFixture.SALES;

import io.restassured.path.json.JsonPath;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.james.core.Username;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;

class GrantRoutesTest {

    private static final String GRANTS = "/pop-before-smtp/grants";

    private WebAdminFixture james;

    @BeforeEach
    void start() throws Exception {
        james = new WebAdminFixture(Map.of(
                "networks.excluded", "198.51.100.0/24",
                "ipv6.prefixLength", "64",
                "lifetime", "15m"));
    }

    @AfterEach
    void stop() {
        james.close();
    }

    private void restartWith(Map<String, String> keys) throws Exception {
        james.close();
        james = new WebAdminFixture(keys);
    }

    @Nested
    class Listing {

        @Test
        void listShouldBeEmptyWithoutGrants() {
            james.http()
                    .get(GRANTS)
                    .then()
                    .statusCode(200)
                    .contentType("application/json")
                    .body("grants", empty())
                    .body("next", nullValue());
        }

        @Test
        void listShouldReportWhoMayRelayFromWhereAndUntilWhen() {
            james.login("203.0.113.9", BOB);

            james.http()
                    .get(GRANTS)
                    .then()
                    .statusCode(200)
                    .body("grants", hasSize(1))
                    .body("grants[0].address", equalTo("203.0.113.9"))
                    .body("grants[0].user", equalTo(BOB))
                    .body("grants[0].protocol", equalTo("pop3"))
                    .body("grants[0].encrypted", equalTo(true))
                    .body("grants[0].grantedAt", equalTo("2026-05-04T10:00:00.123Z"))
                    .body("grants[0].expiresAt", equalTo("2026-05-04T10:15:00.123Z"));
        }

        @Test
        void aGrantWithoutAUserShouldHaveANullForIt() {
            james.product
                    .logins()
                    .record(Login.ofUnknownUser(ClientAddress.parse("203.0.113.9"), Protocol.DRAC, false));

            james.http()
                    .get(GRANTS)
                    .then()
                    .body("grants[0].user", nullValue())
                    .body("grants[0].protocol", equalTo("drac"));
        }

        @Test
        void listShouldLeaveOutWhatHasEnded() {
            james.login("203.0.113.9", BOB);
            james.clock.turn(Duration.ofMinutes(15));

            james.http()
                    .get(GRANTS)
                    .then()
                    .statusCode(200)
                    .body("grants", empty())
                    .body("next", nullValue());
        }

        @Test
        void listShouldLeaveOutWhatTheSettingsNoLongerLetCount() {
            james.store.record(
                    Login.of(ClientAddress.parse("198.51.100.7"), BOB, Protocol.POP3, true), Lifetime.parse("15m"));
            james.login("203.0.113.9", BOB);

            james.http().get(GRANTS).then().body("grants.address", contains("203.0.113.9"));
        }

        @Test
        void listShouldBeSortedByAddressAndUser() {
            james.login("203.0.113.10", BOB);
            james.login("203.0.113.9", CAROL);
            james.login("203.0.113.9", ALICE);

            james.http()
                    .get(GRANTS)
                    .then()
                    .body("grants.address", contains("203.0.113.9", "203.0.113.9", "203.0.113.10"))
                    .body("grants.user", contains(ALICE, CAROL, BOB));
        }

        @Test
        void listShouldFilterByUserInAnyCase() {
            james.login("203.0.113.9", BOB);
            james.login("203.0.113.9", ALICE);

            james.http()
                    .queryParam("user", "Bob@Example.COM")
                    .get(GRANTS)
                    .then()
                    .statusCode(200)
                    .body("grants.user", contains(BOB));
        }

        @Test
        void listShouldFilterByNetwork() {
            james.login("203.0.113.9", BOB);
            james.login("203.0.114.9", ALICE);
            james.login("2001:db8::1", CAROL);

            james.http()
                    .queryParam("network", "203.0.113.0/24")
                    .get(GRANTS)
                    .then()
                    .body("grants.user", contains(BOB));
            james.http()
                    .queryParam("network", "2001:db8::/32")
                    .get(GRANTS)
                    .then()
                    .body("grants.user", contains(CAROL));
        }

        @Test
        void filtersShouldHoldTogether() {
            james.login("203.0.113.9", BOB);
            james.login("203.0.114.9", BOB);
            james.login("203.0.113.9", ALICE);

            james.http()
                    .queryParam("network", "203.0.113.0/24")
                    .queryParam("user", BOB)
                    .get(GRANTS)
                    .then()
                    .body("grants", hasSize(1));
        }

        @Test
        void pagesShouldCoverTheListOnce() {
            for (int i = 1; i <= 5; i++) {
                james.login("203.0.113." + i, BOB);
            }

            assertThat(pages(2))
                    .containsExactly(
                            List.of("203.0.113.1", "203.0.113.2"),
                            List.of("203.0.113.3", "203.0.113.4"),
                            List.of("203.0.113.5"));
            james.http().queryParam("limit", 2).get(GRANTS).then().body("next", equalTo("203.0.113.2"));
        }

        @Test
        void aPageMayEndWithinAnAddress() {
            for (String user : List.of(ALICE, BOB, CAROL)) {
                james.login("203.0.113.9", user);
                james.login("203.0.113.9", user, false);
            }
            james.login("203.0.113.10", BOB);

            assertThat(pages(2).stream().flatMap(List::stream))
                    .containsExactly(
                            "203.0.113.9",
                            "203.0.113.9",
                            "203.0.113.9",
                            "203.0.113.9",
                            "203.0.113.9",
                            "203.0.113.9",
                            "203.0.113.10");
        }

        @Test
        void anAddressShouldDoAsAPlaceToBeginAfter() {
            james.login("203.0.113.9", BOB);
            james.login("203.0.113.10", ALICE);

            james.http().queryParam("after", "203.0.113.9").get(GRANTS).then().body("grants.user", contains(ALICE));
            james.http().queryParam("after", "203.0.113.10").get(GRANTS).then().body("grants", empty());
        }

        private List<List<String>> pages(int limit) {
            List<List<String>> pages = new ArrayList<>();
            String next = "0.0.0.0";
            while (next != null) {
                JsonPath page = james.http()
                        .queryParam("after", next)
                        .queryParam("limit", limit)
                        .get(GRANTS)
                        .then()
                        .statusCode(200)
                        .extract()
                        .jsonPath();
                pages.add(page.getList("grants.address"));
                next = page.getString("next");
            }
            return pages;
        }

        @Test
        void aThousandGrantsShouldBeShownUnlessMoreAreAskedFor() {
            for (int i = 0; i < 1_001; i++) {
                james.login("203.0." + i / 256 + "." + i % 256, BOB);
            }

            james.http().get(GRANTS).then().body("grants", hasSize(1_000));
            james.http().queryParam("limit", 10_000).get(GRANTS).then().body("grants", hasSize(1_001));
        }

        @Test
        void listShouldNotAskTheUserBase() throws Exception {
            james.login("203.0.113.9", BOB);
            james.users.removeUser(Username.of(BOB));

            james.http().get(GRANTS).then().body("grants.user", contains(BOB));
        }
    }

    @Nested
    class OneAddress {

        @Test
        void anAddressShouldHaveItsGrants() {
            james.login("203.0.113.9", BOB);
            james.login("203.0.113.9", ALICE);
            james.login("203.0.113.10", CAROL);

            james.http().get(GRANTS + "/203.0.113.9").then().statusCode(200).body("user", contains(ALICE, BOB));
        }

        @Test
        void anAddressWithoutGrantsShouldNotBeFound() {
            james.http()
                    .get(GRANTS + "/203.0.113.9")
                    .then()
                    .statusCode(404)
                    .contentType("application/json")
                    .body("statusCode", equalTo(404))
                    .body("type", equalTo("notFound"))
                    .body("message", equalTo("There is no active grant for 203.0.113.9"));
        }

        @Test
        void anyAddressOfThePrefixShouldFindItsGrants() {
            james.login("2001:db8:1:2::7", BOB);

            james.http()
                    .get(GRANTS + "/2001:db8:1:2:aaaa::9")
                    .then()
                    .statusCode(200)
                    .body("[0].address", equalTo("2001:db8:1:2::"));
            james.http().get(GRANTS + "/2001:db8:1:3::7").then().statusCode(404);
        }

        @Test
        void aMappedAddressShouldBeTheIpv4Address() {
            james.login("203.0.113.9", BOB);

            james.http().get(GRANTS + "/::ffff:203.0.113.9").then().statusCode(200);
        }

        @Test
        void aGrantThatNoLongerCountsShouldNotBeFound() {
            james.store.record(
                    Login.of(ClientAddress.parse("198.51.100.7"), BOB, Protocol.POP3, true), Lifetime.parse("15m"));

            james.http().get(GRANTS + "/198.51.100.7").then().statusCode(404);
        }
    }

    @Nested
    class GrantingByHand {

        private Optional<Grant> grantOf(String address) {
            return james.store.find(ClientAddress.parse(address)).stream().findFirst();
        }

        @Test
        void putShouldGrantForTheLifetimeInTheBody() {
            james.http()
                    .body("{\"user\":\"bob@example.com\",\"lifetime\":\"5m\"}")
                    .put(GRANTS + "/203.0.113.9")
                    .then()
                    .statusCode(204);

            Grant grant = grantOf("203.0.113.9").orElseThrow();
            assertThat(grant.user()).contains(BOB);
            assertThat(grant.protocol()).isEqualTo(Protocol.MANUAL);
            assertThat(grant.encrypted()).isTrue();
            assertThat(grant.expiresAt()).isEqualTo(james.clock.instant().plus(Duration.ofMinutes(5)));
        }

        @Test
        void putShouldGrantForTheConfiguredLifetimeOtherwise() {
            james.http()
                    .body("{\"user\":\"bob@example.com\"}")
                    .put(GRANTS + "/203.0.113.9")
                    .then()
                    .statusCode(204);

            assertThat(grantOf("203.0.113.9").orElseThrow().expiresAt())
                    .isEqualTo(james.clock.instant().plus(Duration.ofMinutes(15)));
        }

        @Test
        void aNullLifetimeShouldBeTheConfiguredOne() {
            james.http()
                    .body("{\"user\":\"bob@example.com\",\"lifetime\":null}")
                    .put(GRANTS + "/203.0.113.9")
                    .then()
                    .statusCode(204);

            assertThat(grantOf("203.0.113.9").orElseThrow().expiresAt())
                    .isEqualTo(james.clock.instant().plus(Duration.ofMinutes(15)));
        }

        @Test
        void aGrantByHandMayLastLongerThanTheConfiguredLifetime() {
            james.http()
                    .body("{\"user\":\"bob@example.com\",\"lifetime\":\"24h\"}")
                    .put(GRANTS + "/203.0.113.9")
                    .then()
                    .statusCode(204);
            james.clock.turn(Duration.ofHours(23));

            james.http().get(GRANTS + "/203.0.113.9").then().statusCode(200);
        }

        /** docs/operations.md says so. */
        @Test
        void aLoginOverTlsShouldTakeThePlaceOfAGrantByHand() {
            james.http()
                    .body("{\"user\":\"bob@example.com\",\"lifetime\":\"24h\"}")
                    .put(GRANTS + "/203.0.113.9")
                    .then()
                    .statusCode(204);

            james.login("203.0.113.9", BOB);

            assertThat(grantOf("203.0.113.9").orElseThrow().expiresAt())
                    .isEqualTo(james.clock.instant().plus(Duration.ofMinutes(15)));
        }

        @Test
        void theUserShouldBeNamedAsJamesNamesThem() {
            james.http()
                    .body("{\"user\":\"BOB@example.com\"}")
                    .put(GRANTS + "/203.0.113.9")
                    .then()
                    .statusCode(204);

            assertThat(grantOf("203.0.113.9").orElseThrow().user()).contains(BOB);
        }

        @Test
        void putShouldGrantToThePrefix() {
            james.http()
                    .body("{\"user\":\"bob@example.com\"}")
                    .put(GRANTS + "/2001:db8:1:2::7")
                    .then()
                    .statusCode(204);

            assertThat(grantOf("2001:db8:1:2::")).isPresent();
        }

        @Test
        void puttingAgainShouldBeginAnew() {
            for (int i = 0; i < 2; i++) {
                james.http()
                        .body("{\"user\":\"bob@example.com\",\"lifetime\":\"5m\"}")
                        .put(GRANTS + "/203.0.113.9")
                        .then()
                        .statusCode(204);
                james.clock.turn(Duration.ofMinutes(4));
            }

            assertThat(james.store.find(ClientAddress.parse("203.0.113.9"))).hasSize(1);
        }

        @Test
        void aGrantByHandShouldSatisfyTheDemandForTls() throws Exception {
            restartWith(Map.of("login.requireTls", "true"));
            james.http()
                    .body("{\"user\":\"bob@example.com\"}")
                    .put(GRANTS + "/203.0.113.9")
                    .then()
                    .statusCode(204);

            assertThat(james.product
                            .policy()
                            .decide(ClientAddress.parse("203.0.113.9"), Optional.of(BOB))
                            .isAllowed())
                    .isTrue();
        }

        @Test
        void aGrantByHandShouldBeAudited() {
            try (AuditLines audit = new AuditLines(james.product)) {
                james.http()
                        .body("{\"user\":\"bob@example.com\",\"lifetime\":\"5m\"}")
                        .put(GRANTS + "/203.0.113.9");

                assertThat(audit.texts())
                        .containsExactly("granted address=203.0.113.9 user=bob@example.com protocol=manual"
                                + " until=2026-05-04T10:05:00.123Z");
            }
        }
    }

    @Nested
    class Revoking {

        private Optional<Grant> decide(String address, String sender) {
            return james.product
                    .policy()
                    .decide(ClientAddress.parse(address), Optional.of(sender))
                    .grant();
        }

        @Test
        void deleteShouldRevokeAllGrantsOfAnAddress() {
            james.login("203.0.113.9", BOB);
            james.login("203.0.113.9", ALICE);
            james.login("203.0.113.10", BOB);

            james.http()
                    .delete(GRANTS + "/203.0.113.9")
                    .then()
                    .statusCode(200)
                    .body("revoked", equalTo(2))
                    .body("address", equalTo("203.0.113.9"))
                    .body("user", nullValue());

            assertThat(decide("203.0.113.9", BOB)).isEmpty();
            assertThat(decide("203.0.113.9", ALICE)).isEmpty();
            assertThat(decide("203.0.113.10", BOB)).isPresent();
        }

        @Test
        void deleteShouldRevokeThePrefix() {
            james.login("2001:db8:1:2::7", BOB);

            james.http()
                    .delete(GRANTS + "/2001:db8:1:2:aaaa::9")
                    .then()
                    .statusCode(200)
                    .body("address", equalTo("2001:db8:1:2::"));

            assertThat(decide("2001:db8:1:2::7", BOB)).isEmpty();
        }

        @Test
        void deleteShouldRevokeAllGrantsOfAUser() {
            james.login("203.0.113.9", BOB);
            james.login("203.0.113.10", BOB);
            james.login("203.0.113.9", ALICE);

            james.http()
                    .queryParam("user", "Bob@example.com")
                    .delete(GRANTS)
                    .then()
                    .statusCode(200)
                    .body("revoked", equalTo(2))
                    .body("user", equalTo(BOB))
                    .body("address", nullValue());

            assertThat(decide("203.0.113.9", BOB)).isEmpty();
            assertThat(decide("203.0.113.10", BOB)).isEmpty();
            assertThat(decide("203.0.113.9", ALICE)).isPresent();
        }

        @Test
        void theGrantsOfAnAccountThatIsGoneShouldBeRevocable() throws Exception {
            james.login("203.0.113.9", BOB);
            james.users.removeUser(Username.of(BOB));

            james.http()
                    .queryParam("user", BOB)
                    .delete(GRANTS)
                    .then()
                    .statusCode(200)
                    .body("revoked", equalTo(1));

            james.http().get(GRANTS).then().body("grants", empty()).body("next", nullValue());
        }

        @Test
        void revokingNothingShouldSaySo() {
            james.http().delete(GRANTS + "/203.0.113.9").then().statusCode(200).body("revoked", equalTo(0));
            james.http()
                    .queryParam("user", BOB)
                    .delete(GRANTS)
                    .then()
                    .statusCode(200)
                    .body("revoked", equalTo(0))
                    .body("user", equalTo(BOB));
        }

        /** Nobody shall believe that a thief is out because a name was mistyped, or was an alias. */
        @ParameterizedTest
        @ValueSource(strings = {"bbo@example.com", "bob", "bob@example.org", SALES})
        void aNameThatIsNobodysShouldNotBeFound(String name) {
            james.login("203.0.113.9", BOB);

            james.http()
                    .queryParam("user", name)
                    .delete(GRANTS)
                    .then()
                    .statusCode(404)
                    .body("type", equalTo("notFound"))
                    .body("message", startsWith("There is no user " + name + " and no grant of that name"));

            assertThat(decide("203.0.113.9", BOB)).isPresent();
        }

        @ParameterizedTest
        @ValueSource(strings = {" bob@example.com", "BOB@example.com ", "\tbob@example.com"})
        void blanksAndCaseShouldNotKeepAUserFromBeingFound(String name) {
            james.login("203.0.113.9", BOB);

            james.http()
                    .queryParam("user", name)
                    .delete(GRANTS)
                    .then()
                    .statusCode(200)
                    .body("revoked", equalTo(1))
                    .body("user", equalTo(BOB));
        }

        @Test
        void withoutVirtualHostingAnAddressShouldNameItsUser() throws Exception {
            james.close();
            james = WebAdminFixture.withoutVirtualHosting(Map.of());
            james.login("203.0.113.9", "bob");

            james.http().queryParam("user", BOB).get(GRANTS).then().body("grants.user", contains("bob"));
            james.http()
                    .queryParam("user", "bob@example.org")
                    .delete(GRANTS)
                    .then()
                    .statusCode(404);
            james.http()
                    .queryParam("user", BOB)
                    .delete(GRANTS)
                    .then()
                    .statusCode(200)
                    .body("revoked", equalTo(1))
                    .body("user", equalTo("bob"));
            assertThat(decide("203.0.113.9", BOB)).isEmpty();
        }

        @Test
        void withoutVirtualHostingAGrantByHandShouldBeTheUsers() throws Exception {
            james.close();
            james = WebAdminFixture.withoutVirtualHosting(Map.of());

            james.http()
                    .body("{\"user\":\"bob@example.com\"}")
                    .put(GRANTS + "/203.0.113.9")
                    .then()
                    .statusCode(204);

            assertThat(decide("203.0.113.9", BOB).orElseThrow().user()).contains("bob");
        }

        @Test
        void anOpenPop3SessionShouldNotProlongWhatWasRevoked() {
            Grant grant = james.login("203.0.113.9", BOB);
            james.clock.turn(Duration.ofMinutes(1));
            james.http()
                    .queryParam("user", BOB)
                    .delete(GRANTS)
                    .then()
                    .statusCode(200)
                    .body("revoked", equalTo(1));
            james.clock.turn(Duration.ofMinutes(1));

            assertThat(james.product.logins().renew(grant, james.product.clock().instant()))
                    .isEmpty();
            assertThat(decide("203.0.113.9", BOB)).isEmpty();
        }

        @Test
        void revocationsShouldBeAuditedAndCounted() {
            james.login("203.0.113.9", BOB);
            james.login("203.0.113.9", ALICE);
            james.login("203.0.113.10", CAROL);
            try (AuditLines audit = new AuditLines(james.product)) {
                james.http().delete(GRANTS + "/203.0.113.9");
                james.http().queryParam("user", CAROL).delete(GRANTS);

                assertThat(audit.texts())
                        .containsExactly(
                                "revocation attempted address=203.0.113.9 by=webadmin",
                                "revoked address=203.0.113.9 grants=2 by=webadmin",
                                "revocation attempted user=carol@example.com by=webadmin",
                                "revoked user=carol@example.com grants=1 by=webadmin");
                assertThat(audit.fields())
                        .containsExactly(
                                Map.of("address", "203.0.113.9", "protocol", "webadmin"),
                                Map.of("address", "203.0.113.9", "protocol", "webadmin"),
                                Map.of("user", CAROL, "protocol", "webadmin"),
                                Map.of("user", CAROL, "protocol", "webadmin"));
            }
            assertThat(james.metrics.countFor("popBeforeSmtpGrantsRevoked")).isEqualTo(3);
        }
    }
}
