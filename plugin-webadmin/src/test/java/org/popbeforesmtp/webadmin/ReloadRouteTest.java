// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.anEmptyMap;
import static org.hamcrest.Matchers.equalTo;
import static org.popbeforesmtp.webadmin.WebAdminFixture.BOB;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.policy.Decision;
import org.popbeforesmtp.policy.Reason;

class ReloadRouteTest {

    private static final String RELOAD = "/pop-before-smtp/reload";
    private static final String TOKEN = "0123456789abcdef0123456789abcdef";
    private static final ClientAddress CLIENT = ClientAddress.parse("203.0.113.9");

    private WebAdminFixture james;

    @BeforeEach
    void start() throws Exception {
        james = new WebAdminFixture(Map.of("networks.excluded", "198.51.100.0/24"));
    }

    @AfterEach
    void stop() {
        james.close();
    }

    private Decision decide(String sender) {
        return james.product.policy().decide(CLIENT, Optional.of(sender));
    }

    private void reload() {
        james.http().post(RELOAD).then().statusCode(200);
    }

    @Test
    void whatHasChangedShouldBeReportedWithoutSecrets() {
        james.configured.put("lifetime", "20m");
        james.configured.put("manual.token", TOKEN);
        james.configured.remove("networks.excluded");

        try (AuditLines audit = new AuditLines(james.product)) {
            james.http()
                    .post(RELOAD)
                    .then()
                    .statusCode(200)
                    .contentType("application/json")
                    .body(
                            "changed",
                            equalTo(Map.of(
                                    "lifetime", Map.of("from", "15m", "to", "20m"),
                                    "manual.token", Map.of("from", "", "to", "***"),
                                    "networks.excluded", Map.of("from", "198.51.100.0/24", "to", ""))));

            assertThat(audit.texts())
                    .containsExactly("configuration reloaded by=webadmin changed: lifetime: '15m' -> '20m',"
                            + " manual.token: '' -> '***', networks.excluded: '198.51.100.0/24' -> ''");
        }
        james.http().post(RELOAD).then().statusCode(200).body("changed", anEmptyMap());
    }

    @Test
    void allProblemsShouldBeNamedAndNothingChange() {
        james.configured.put("lifetime", "20");
        james.configured.put("sender", "any");
        james.configured.put("store", "memory");
        james.configured.put("drac.enabled", "true");
        james.configured.put("redis.password", "secret");
        james.configured.put("lifetme", "20m");

        james.http()
                .post(RELOAD)
                .then()
                .statusCode(400)
                .body(
                        "message",
                        equalTo("pop-before-smtp.properties has 5 problems:\n"
                                + "  drac.enabled was 'true' but it must stay 'false' until James is restarted\n"
                                + "  redis.password was '***' but it must stay '' until James is restarted\n"
                                + "  store was 'memory' but it must stay 'file' until James is restarted\n"
                                + "  lifetime was '20' but it must be a number with a unit (ms, s, m, h, d) from 1s to 24h,"
                                + " such as 15m\n"
                                + "  lifetme was '20m' but it must not be there: it is not a known key; did you mean"
                                + " lifetime?"));

        assertThat(james.product.configuration().policy().sender().name()).isEqualTo("LOGIN");
        assertThat(james.product.configuration().lifetime().toDuration()).isEqualTo(Duration.ofMinutes(15));
    }

    @ParameterizedTest
    @CsvSource({
        "store.maxGrants, 7",
        "file.path, file://var/other",
        "redis.url, redis://192.0.2.1",
        "redis.keyPrefix, other",
        "drac.allow, 192.0.2.0/24"
    })
    void whatTheStoreWasOpenedWithShouldNotChange(String key, String value) {
        james.configured.put(key, value);

        String message =
                james.http().post(RELOAD).then().statusCode(400).extract().path("message");
        assertThat(message)
                .contains(key + " was '" + value + "' but it must stay '")
                .contains("until James is restarted");
    }

    @Test
    void theSettingsShouldHoldForTheNextDecision() {
        james.login("203.0.113.9", BOB);
        assertThat(decide(BOB).isAllowed()).isTrue();

        james.configured.put("networks.excluded", "203.0.113.0/24");
        reload();
        assertThat(decide(BOB).reason()).contains(Reason.EXCLUDED);
        james.configured.put("networks.excluded", "");
        james.configured.put("mode", "observe");
        reload();
        assertThat(decide(BOB).reason()).contains(Reason.OBSERVED);
        james.configured.remove("mode");
        reload();
        assertThat(decide(BOB).isAllowed()).isTrue();
    }

    @Test
    void aLoginAfterwardsShouldGoByTheNewSettings() {
        james.configured.put("lifetime", "20m");
        james.configured.put("networks.only", "203.0.113.0/24");
        reload();

        assertThat(Duration.between(
                        james.clock.instant(), james.login("203.0.113.9", BOB).expiresAt()))
                .isEqualTo(Duration.ofMinutes(20));
        james.http()
                .body("{\"user\":\"" + BOB + "\"}")
                .put("/pop-before-smtp/grants/192.0.2.1")
                .then()
                .statusCode(400);
    }

    @Test
    void aGrantFromBeforeShouldNotOutliveAShorterLifetime() {
        james.login("203.0.113.9", BOB);
        james.configured.put("lifetime", "5m");
        reload();

        james.clock.turn(Duration.ofMinutes(5).minusMillis(1));
        assertThat(decide(BOB).isAllowed()).isTrue();
        james.clock.turn(Duration.ofMillis(1));
        assertThat(decide(BOB).reason()).contains(Reason.NO_GRANT);
        james.http().get("/pop-before-smtp/grants/203.0.113.9").then().statusCode(404);
    }

    @Test
    void explainShouldShowTheNewTexts() {
        james.configured.put("refusal.message", "Relaying denied for {address}: new words");
        reload();

        james.http()
                .queryParam("address", "203.0.113.9")
                .queryParam("sender", BOB)
                .get("/pop-before-smtp/explain")
                .then()
                .body("refusal", equalTo("550 5.7.1 Relaying denied for 203.0.113.9: new words"));
    }

    @Test
    void aTokenShouldBeChangedWithoutARestart() {
        String path = "/pop-before-smtp-grants/203.0.113.9";
        String body = "{\"user\":\"" + BOB + "\"}";
        james.http()
                .header("Authorization", "Bearer " + TOKEN)
                .body(body)
                .put(path)
                .then()
                .statusCode(404);

        james.configured.put("manual.token", TOKEN);
        reload();
        james.http()
                .header("Authorization", "Bearer " + TOKEN)
                .body(body)
                .put(path)
                .then()
                .statusCode(204);
        james.configured.put("manual.token", TOKEN.replace('0', 'x'));
        reload();
        james.http()
                .header("Authorization", "Bearer " + TOKEN)
                .body(body)
                .put(path)
                .then()
                .statusCode(401);
    }

    @Test
    void aParameterShouldBeRefused() {
        james.http().post(RELOAD + "?force").then().statusCode(400);
    }

    /** Settings are replaced as a whole: what one decision sees belongs together. */
    @Test
    void noDecisionShouldMixTwoConfigurations() {
        james.login("203.0.113.9", BOB);
        AtomicBoolean isOver = new AtomicBoolean();
        Thread deciding = new Thread(() -> {
            while (!isOver.get()) {
                // Either the network is excluded, or the mode is to observe; relaying is allowed by a mixture alone.
                assertThat(decide(BOB).isAllowed()).isFalse();
            }
        });
        java.util.concurrent.atomic.AtomicReference<Throwable> failure =
                new java.util.concurrent.atomic.AtomicReference<>();
        deciding.setUncaughtExceptionHandler((thread, e) -> failure.set(e));
        james.configured.put("mode", "observe");
        reload();
        deciding.start();
        IntStream.range(0, 100).forEach(i -> {
            boolean observes = i % 2 == 0;
            james.configured.put("mode", observes ? "relay" : "observe");
            james.configured.put("networks.excluded", observes ? "203.0.113.0/24" : "");
            james.product.reload("test");
        });
        isOver.set(true);
        try {
            deciding.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }

        assertThat(failure.get()).isNull();
    }
}
