// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.popbeforesmtp.webadmin.WebAdminFixture.ALICE;
import static org.popbeforesmtp.webadmin.WebAdminFixture.BOB;
import static org.popbeforesmtp.webadmin.WebAdminFixture.CAROL;
import static org.popbeforesmtp.webadmin.WebAdminFixture.SALES;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.james.core.Username;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.policy.Reason;
import org.popbeforesmtp.smtp.RelayGrantHook;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;

/** What the explain route says is what a client meets that really comes: over policies, clients and senders. */
class ExplainAgreesWithHookTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static final List<Map<String, String>> POLICIES = List.of(
            Map.of(),
            Map.of("sender", "local"),
            Map.of("sender", "any"),
            Map.of("login.requireTls", "true"),
            Map.of("login.requireTls", "true", "sender", "any"),
            Map.of("maxUsersPerAddress", "1"),
            Map.of("maxUsersPerAddress", "0", "sender", "local"),
            Map.of("networks.excluded", "203.0.113.0/28,2001:db8:1:2::/64"),
            Map.of("networks.only", "203.0.113.8/31"),
            Map.of("users.excluded", "bob@example.com"),
            Map.of("users.excluded", "@example.com", "sender", "any"),
            Map.of("ipv6.prefixLength", "64"),
            Map.of("lifetime", "5m", "refusal.message", "Call {help}, {address}", "refusal.help", "+49 30 123"),
            Map.of("onStoreFailure", "refuse"));

    private static final List<String> CLIENTS = List.of(
            "203.0.113.8",
            "203.0.113.9",
            "203.0.113.10",
            "203.0.113.11",
            "203.0.113.12",
            "203.0.113.13",
            "203.0.113.14",
            "203.0.113.200",
            "2001:db8:1:2::7",
            "2001:db8:1:2:ffff::8");

    private static final List<Optional<String>> SENDERS = List.of(
            Optional.of(BOB),
            Optional.of("BOB@Example.com"),
            Optional.of(SALES),
            Optional.of(ALICE),
            Optional.of(CAROL),
            Optional.of("nobody@example.com"),
            Optional.of("stranger@example.org"),
            Optional.empty());

    private static void logins(WebAdminFixture james) throws Exception {
        james.store.record(
                Login.of(ClientAddress.parse("203.0.113.12"), BOB, Protocol.POP3, true), Lifetime.parse("1s"));
        james.clock.turn(Duration.ofSeconds(2));
        // As if they were from before a restart with other settings: the policy of now must judge them.
        store(james, "203.0.113.9", BOB, true);
        store(james, "203.0.113.10", BOB, false);
        store(james, "203.0.113.11", BOB, true);
        store(james, "203.0.113.11", ALICE, false);
        store(james, "203.0.113.14", CAROL, true);
        store(james, "203.0.113.200", BOB, true);
        store(james, "2001:db8:1:2::7", BOB, true);
        james.store.record(
                Login.ofUnknownUser(ClientAddress.parse("203.0.113.13"), Protocol.DRAC, false),
                james.product.configuration().lifetime());
        james.users.removeUser(Username.of(CAROL));
    }

    private static void store(WebAdminFixture james, String address, String user, boolean encrypted) {
        james.store.record(
                Login.of(
                        james.product.configuration().policy().grantAddress(ClientAddress.parse(address)),
                        user,
                        Protocol.POP3,
                        encrypted),
                james.product.configuration().lifetime());
    }

    @Test
    void explainShouldSayWhatTheHookDoes() throws Exception {
        Map<String, Integer> answers = new TreeMap<>();
        for (Map<String, String> policy : POLICIES) {
            try (WebAdminFixture james = new WebAdminFixture(policy)) {
                logins(james);
                RelayGrantHook hook = new RelayGrantHook(james.product);
                for (String client : CLIENTS) {
                    for (Optional<String> sender : SENDERS) {
                        Optional<String> refusal = new SmtpClient(hook, client).relay(sender);
                        JsonNode explanation = explain(james, client, sender);

                        String question = policy + ", " + client + ", " + sender;
                        assertThat(explanation.get("allowed").asBoolean())
                                .as(question)
                                .isEqualTo(refusal.isEmpty());
                        assertThat(Optional.ofNullable(explanation.get("refusal"))
                                        .map(JsonNode::asText))
                                .as(question)
                                .isEqualTo(refusal);
                        assertThat(explanation.has("grant")).as(question).isEqualTo(refusal.isEmpty());
                        answers.merge(explanation.path("reason").asText("allowed"), 1, Integer::sum);
                    }
                }
            }
        }

        assertThat(answers.values().stream().mapToInt(Integer::intValue).sum())
                .isEqualTo(POLICIES.size() * CLIENTS.size() * SENDERS.size());
        assertThat(answers.keySet())
                .as("all answers must have been given, or the test shows little: " + answers)
                .containsExactlyInAnyOrder(
                        "allowed",
                        Reason.NO_GRANT.word(),
                        Reason.SENDER.word(),
                        Reason.NULL_SENDER.word(),
                        Reason.SHARED.word(),
                        Reason.UNENCRYPTED.word(),
                        Reason.EXCLUDED.word(),
                        Reason.USER_EXCLUDED.word());
    }

    /** Where the store cannot answer, explain has no answer either; the client is told to come again. */
    @Test
    void explainShouldHaveNoAnswerWhereTheHookPutsTheClientOff() throws Exception {
        try (WebAdminFixture james = new WebAdminFixture(Map.of())) {
            james.store.switchOff();
            for (Optional<String> sender : SENDERS) {
                String refusal = new SmtpClient(new RelayGrantHook(james.product), "203.0.113.9")
                        .relay(sender)
                        .orElseThrow();

                int status = james.http()
                        .queryParam("address", "203.0.113.9")
                        .queryParam("sender", sender.orElse(""))
                        .get("/pop-before-smtp/explain")
                        .statusCode();
                assertThat(status).as(refusal).isEqualTo(refusal.startsWith("451") ? 503 : 200);
            }
        }
    }

    /** With the JDK's client: a thousand questions are too many for a new connection each. */
    private static JsonNode explain(WebAdminFixture james, String client, Optional<String> sender) throws Exception {
        URI question = URI.create("http://127.0.0.1:" + james.port() + "/pop-before-smtp/explain?address=" + client
                + "&sender=" + sender.orElse(""));
        HttpResponse<String> response =
                HTTP.send(HttpRequest.newBuilder(question).build(), HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JSON.readTree(response.body());
    }
}
