// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;
import static org.popbeforesmtp.webadmin.WebAdminFixture.ALICE;
import static org.popbeforesmtp.webadmin.WebAdminFixture.BOB;
import static org.popbeforesmtp.webadmin.WebAdminFixture.CAROL;

import io.restassured.response.ValidatableResponse;
import java.util.Map;
import org.apache.james.core.Username;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;

class ExplainRouteTest {

    private static final String CLIENT = "203.0.113.9";

    private WebAdminFixture james;

    @BeforeEach
    void start() throws Exception {
        james = new WebAdminFixture(Map.of());
    }

    @AfterEach
    void stop() {
        james.close();
    }

    private void startWith(Map<String, String> keys) throws Exception {
        james.close();
        james = new WebAdminFixture(keys);
    }

    private ValidatableResponse explain(String sender) {
        return james.http()
                .queryParam("address", CLIENT)
                .queryParam("sender", sender)
                .get("/pop-before-smtp/explain")
                .then()
                .statusCode(200)
                .contentType("application/json");
    }

    private void refused(String sender, String reason, String rule, String refusal) {
        explain(sender)
                .body("allowed", equalTo(false))
                .body("reason", equalTo(reason))
                .body("rule", equalTo(rule))
                .body("refusal", equalTo(refusal))
                .body("grant", nullValue());
    }

    @Test
    void aClientThatMayRelayShouldBeExplained() throws Exception {
        james.login(CLIENT, BOB);
        james.login(CLIENT, ALICE);

        explain(BOB)
                .body("address", equalTo(CLIENT))
                .body("sender", equalTo(BOB))
                .body("allowed", equalTo(true))
                .body("reason", nullValue())
                .body(
                        "rule",
                        equalTo(
                                "sender=login: bob@example.com has an active grant here and may send from this address"))
                .body("refusal", nullValue())
                .body("grant.user", equalTo(BOB))
                .body("grants.user.sort()", contains(ALICE, BOB));
    }

    @Test
    void theRuleShouldShowHowWideItIs() throws Exception {
        startWith(Map.of("sender", "local"));
        james.login(CLIENT, BOB);
        explain(ALICE)
                .body(
                        "rule",
                        equalTo("sender=local: bob@example.com has an active grant here, and this server hosts the"
                                + " sender's domain"));

        startWith(Map.of("sender", "any"));
        james.product.logins().record(Login.ofUnknownUser(ClientAddress.parse(CLIENT), Protocol.DRAC, false));
        explain("stranger@example.org")
                .body(
                        "rule",
                        equalTo("sender=any: somebody whose name is not known has an active grant here, and any sender"
                                + " is allowed"));
    }

    @Test
    void noGrantShouldBeExplained() throws Exception {

        refused(
                BOB,
                "no-grant",
                "lifetime=15 minutes: nobody has an active grant here",
                "550 5.7.1 Relaying denied for 203.0.113.9: check your mail first, then send again within 15 minutes,"
                        + " or turn on SMTP authentication");
        explain(BOB).body("grants", empty());
    }

    @Test
    void theGrantOfAUserWhoIsGoneShouldBeExplained() throws Exception {
        james.login(CLIENT, BOB);
        james.users.removeUser(Username.of(BOB));

        refused(
                BOB,
                "no-grant",
                "lifetime=15 minutes: the grants here no longer count: their users are gone, or they are from a time with"
                        + " a longer lifetime",
                "550 5.7.1 Relaying denied for 203.0.113.9: check your mail first, then send again within 15 minutes,"
                        + " or turn on SMTP authentication");
        explain(BOB).body("grants.user", contains(BOB));
    }

    @Test
    void aSenderOfSomebodyElseShouldBeExplained() throws Exception {
        james.login(CLIENT, BOB);

        String refusal = "550 5.7.1 Relaying denied for 203.0.113.9: the sender address does not belong to a user who"
                + " checked mail from this address; send from your own address, or turn on SMTP authentication";
        refused(ALICE, "sender", "sender=login: no user with a grant here may send from this address", refusal);
        refused(
                "stranger@example.org",
                "sender",
                "sender=login: this server does not host the sender's domain, so no grant can cover it",
                refusal);
        refused(
                "",
                "null-sender",
                "sender=login: the null sender relays only under sender=any",
                "550 5.7.1 Relaying denied for 203.0.113.9: a receipt without a sender cannot be sent this way;"
                        + " turn on SMTP authentication");
    }

    private ValidatableResponse explainAll() {
        return james.http()
                .queryParam("address", CLIENT)
                .get("/pop-before-smtp/explain")
                .then()
                .statusCode(200)
                .body("address", equalTo(CLIENT));
    }

    @Test
    void withoutASenderEachUserWithAGrantShouldBeExplained() throws Exception {
        startWith(Map.of("login.requireTls", "true"));
        james.login(CLIENT, BOB);
        james.login(CLIENT, BOB, false);
        james.login(CLIENT, ALICE);
        james.login(CLIENT, CAROL);
        james.users.removeUser(Username.of(CAROL));

        explainAll()
                .body("explanations.sender", contains(ALICE, BOB, CAROL))
                .body("explanations.allowed", contains(true, true, false))
                .body("explanations[2].reason", equalTo("sender"));
    }

    @Test
    void withoutASenderAndWithoutAGrantTheUsualRefusalShouldBeExplained() {
        explainAll()
                .body("explanations.sender", contains(nullValue()))
                .body("explanations.reason", contains("no-grant"))
                .body(
                        "explanations[0].refusal",
                        startsWith("550 5.7.1 Relaying denied for 203.0.113.9: check your mail"));
    }

    /** As DRAC reports a login. */
    @Test
    void withoutASenderAGrantWithoutAUserShouldBeExplained() throws Exception {
        james.product.logins().record(Login.ofUnknownUser(ClientAddress.parse(CLIENT), Protocol.DRAC, false));
        explainAll()
                .body("explanations.reason", contains("sender"))
                .body(
                        "explanations.rule",
                        contains("sender=login: the grants here name no user to whom a sender could belong"));

        startWith(Map.of("sender", "local"));
        james.product.logins().record(Login.ofUnknownUser(ClientAddress.parse(CLIENT), Protocol.DRAC, false));
        explainAll().body("explanations.allowed", contains(true));
    }

    @Test
    void withoutASenderAnExcludedNetworkShouldBeExplained() throws Exception {
        startWith(Map.of("networks.excluded", "203.0.113.0/24"));

        explainAll().body("explanations.reason", contains("excluded"));
    }

    @Test
    void withoutVirtualHostingAUserShouldBeAskedForByTheirAddress() throws Exception {
        james.close();
        james = WebAdminFixture.withoutVirtualHosting(Map.of());
        james.login(CLIENT, "bob");

        explainAll().body("explanations.sender", contains(BOB)).body("explanations.allowed", contains(true));
    }

    @Test
    void aSharedAddressShouldBeExplained() throws Exception {
        startWith(Map.of("maxUsersPerAddress", "2"));
        james.login(CLIENT, ALICE);
        james.login(CLIENT, BOB);
        james.login(CLIENT, CAROL);

        refused(
                BOB,
                "shared",
                "maxUsersPerAddress=2: more different users have a grant here",
                "550 5.7.1 Relaying denied for 203.0.113.9: too many users share this address; turn on SMTP"
                        + " authentication");
    }

    @Test
    void aLoginWithoutEncryptionShouldBeExplained() throws Exception {
        startWith(Map.of("login.requireTls", "true"));
        james.login(CLIENT, BOB, false);

        refused(
                BOB,
                "unencrypted",
                "login.requireTls=true: no grant here is from an encrypted login",
                "550 5.7.1 Relaying denied for 203.0.113.9: your mail program logged in without encryption; turn on TLS"
                        + " for POP3 or IMAP, check your mail, then send again within 15 minutes");
        explain(BOB).body("grants.encrypted", contains(false));
    }

    /** The clock of the fixture says 10:00. */
    @Test
    void aBrownOutShouldBeExplainedWithItsEnd() throws Exception {
        startWith(Map.of("retirement.brownouts", "2026-05-04T09:30Z/PT1H"));
        james.login(CLIENT, BOB);

        refused(
                BOB,
                "brownout",
                "retirement.brownouts: a brown-out is on until 2026-05-04T10:30:00Z, a grant would allow it otherwise",
                "451 4.7.1 Relaying denied for 203.0.113.9: sending after checking mail is paused now; send again"
                        + " later, or turn on SMTP authentication");
    }

    @Test
    void theRampShouldBeExplainedWithItsShareAndTheHour() throws Exception {
        startWith(Map.of("retirement.date", "2026-05-04T10:00:01Z", "retirement.rampUp", "1h"));
        james.login(CLIENT, BOB);

        refused(
                BOB,
                "brownout",
                "retirement.rampUp: 100 % of the users are deferred now, others each hour, this one until"
                        + " 2026-05-04T11:00:00Z, a grant would allow it otherwise",
                "451 4.7.1 Relaying denied for 203.0.113.9: sending after checking mail is paused now and ends for good"
                        + " on 2026-05-04 10:00 UTC; send again later, or turn on SMTP authentication");
    }

    @Test
    void theEndShouldBeExplained() throws Exception {
        startWith(Map.of("retirement.date", "2026-05-04T10:00:00Z"));
        james.login(CLIENT, BOB);

        refused(
                BOB,
                "retired",
                "retirement.date=2026-05-04T10:00:00Z: since then no grant allows relaying, except for"
                        + " retirement.exempt",
                "550 5.7.1 Relaying denied for 203.0.113.9: sending after checking mail has ended on 2026-05-04 10:00 UTC; turn on"
                        + " SMTP authentication");
    }

    @Test
    void observingShouldBeExplained() throws Exception {
        startWith(Map.of("mode", "observe"));
        james.login(CLIENT, BOB);

        explain(BOB)
                .body("allowed", equalTo(false))
                .body("reason", equalTo("observed"))
                .body("rule", equalTo("mode=observe: a grant would allow it, but nothing is allowed"));
    }

    @Test
    void anExcludedNetworkShouldBeExplained() throws Exception {
        String refusal = "550 5.7.1 Relaying denied for 203.0.113.9: checking mail does not allow sending from this"
                + " network; turn on SMTP authentication";
        startWith(Map.of("networks.excluded", "203.0.113.0/24"));
        refused(BOB, "excluded", "networks.excluded: logins from this address never grant", refusal);

        startWith(Map.of("networks.only", "192.0.2.0/24"));
        refused(BOB, "excluded", "networks.only: this address is in none of the networks whose logins grant", refusal);
    }

    @Test
    void anExcludedUserShouldBeExplained() throws Exception {
        startWith(Map.of("users.excluded", BOB));

        refused(
                BOB,
                "user-excluded",
                "users.excluded: logins of the user with this sender address never grant",
                "550 5.7.1 Relaying denied for 203.0.113.9: checking mail does not allow this user to send; turn on SMTP"
                        + " authentication");
    }

    @Test
    void anyAddressOfThePrefixShouldBeExplained() throws Exception {
        startWith(Map.of("ipv6.prefixLength", "64"));
        james.login("2001:db8:1:2::7", BOB);

        james.http()
                .queryParam("address", "2001:db8:1:2:ffff::8")
                .queryParam("sender", BOB)
                .get("/pop-before-smtp/explain")
                .then()
                .body("address", equalTo("2001:db8:1:2:ffff::8"))
                .body("allowed", equalTo(true))
                .body("grant.address", equalTo("2001:db8:1:2::"));
    }

    @Test
    void askingShouldLeaveNoTrace() throws Exception {
        james.store.record(Login.of(ClientAddress.parse(CLIENT), BOB, Protocol.POP3, true), Lifetime.parse("15m"));
        try (AuditLines audit = new AuditLines(james.product)) {
            explain(BOB);
            explain(ALICE);

            assertThat(audit.texts()).isEmpty();
        }
        assertThat(james.metrics.countForPrefixName("popBeforeSmtp").values()).containsOnly(0);
    }
}
