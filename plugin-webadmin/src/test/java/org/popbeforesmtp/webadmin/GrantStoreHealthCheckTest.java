// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.nullValue;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.james.core.healthcheck.ComponentName;
import org.apache.james.core.healthcheck.Result;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.policy.Decision;
import org.popbeforesmtp.store.StoreStatus;
import org.popbeforesmtp.store.StoreStatus.State;
import reactor.core.publisher.Mono;

class GrantStoreHealthCheckTest {

    private static final ComponentName NAME = new ComponentName("PopBeforeSmtp");
    private static final String CHECK = "/healthcheck/checks/PopBeforeSmtp";

    private static Result check(State state, String cause, int sharedAddresses) {
        return Mono.from(new GrantStoreHealthCheck(() -> StoreStatus.of(state, cause, 0, 0, 0), () -> sharedAddresses)
                        .check())
                .block();
    }

    @Test
    void aStoreThatWorksShouldBeHealthy() {
        assertThat(check(State.AVAILABLE, "", 0)).isEqualTo(Result.healthy(NAME));
    }

    @Test
    void aStoreWithALimitationShouldBeDegraded() {
        assertThat(check(State.DEGRADED, "the store is full", 0)).isEqualTo(Result.degraded(NAME, "the store is full"));
    }

    @Test
    void aStoreThatCannotAnswerShouldBeUnhealthy() {
        assertThat(check(State.UNAVAILABLE, "the store is closed", 3))
                .isEqualTo(Result.unhealthy(NAME, "the store is closed"));
    }

    @Test
    void aSharedAddressShouldDegrade() {
        assertThat(check(State.AVAILABLE, "", 1))
                .isEqualTo(Result.degraded(
                        NAME, "shared by more users than maxUsersPerAddress, so it grants nothing: 1 address"));
    }

    @Test
    void allCausesShouldBeNamed() {
        assertThat(check(State.DEGRADED, "the store is full", 2).getCause())
                .isEqualTo(Optional.of("the store is full; shared by more users than maxUsersPerAddress, so it grants"
                        + " nothing: 2 addresses"));
    }

    @Test
    void theStoreShouldBeAskedOnAThreadThatMayWait() {
        AtomicReference<String> thread = new AtomicReference<>("");
        Mono.from(new GrantStoreHealthCheck(
                                () -> {
                                    thread.set(Thread.currentThread().getName());
                                    return StoreStatus.of(State.AVAILABLE, "", 0, 0, 0);
                                },
                                () -> 0)
                        .check())
                .block();

        assertThat(thread.get()).startsWith("boundedElastic");
    }

    @Test
    void jamesShouldShowTheCheck() throws Exception {
        try (WebAdminFixture james = new WebAdminFixture(Map.of())) {
            james.http().get("/healthcheck/checks").then().body("componentName", hasItem("PopBeforeSmtp"));
            james.http()
                    .get(CHECK)
                    .then()
                    .statusCode(200)
                    .body("status", equalTo("healthy"))
                    .body("cause", nullValue());

            james.store.switchOff();
            james.http()
                    .get(CHECK)
                    .then()
                    .statusCode(503)
                    .body("status", equalTo("unhealthy"))
                    .body("cause", equalTo("the store is switched off"));

            james.store.switchOn();
            james.http().get("/healthcheck").then().statusCode(200).body("status", equalTo("healthy"));
        }
    }

    @Test
    void anAddressThatWasRefusedAsSharedShouldDegradeForALifetime() throws Exception {
        try (WebAdminFixture james = new WebAdminFixture(Map.of("maxUsersPerAddress", "2"))) {
            james.login("203.0.113.9", WebAdminFixture.ALICE);
            james.login("203.0.113.9", WebAdminFixture.BOB);
            james.login("203.0.113.9", WebAdminFixture.CAROL);
            james.http().get(CHECK).then().body("status", equalTo("healthy"));

            ClientAddress client = ClientAddress.parse("203.0.113.9");
            Optional<String> sender = Optional.of(WebAdminFixture.BOB);
            Decision decision = james.product.policy().decide(client, sender);
            james.product.events().refused(client, sender, decision);

            james.http()
                    .get(CHECK)
                    .then()
                    .statusCode(200)
                    .body("status", equalTo("degraded"))
                    .body(
                            "cause",
                            equalTo("shared by more users than maxUsersPerAddress, so it grants nothing: 1 address"));

            james.clock.turn(java.time.Duration.ofMinutes(15));
            james.http().get(CHECK).then().body("status", equalTo("healthy"));
        }
    }
}
