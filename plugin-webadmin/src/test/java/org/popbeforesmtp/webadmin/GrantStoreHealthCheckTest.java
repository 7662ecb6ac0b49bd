// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.nullValue;
import static org.popbeforesmtp.webadmin.WebAdminFixture.BOB;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.james.core.healthcheck.ComponentName;
import org.apache.james.core.healthcheck.Result;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.audit.SharedAddresses;
import org.popbeforesmtp.policy.PolicySettings;
import org.popbeforesmtp.runtime.MutableClock;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;
import org.popbeforesmtp.store.StoreStatus;
import org.popbeforesmtp.store.StoreStatus.State;
import reactor.core.publisher.Mono;

class GrantStoreHealthCheckTest {

    private static final ComponentName NAME = new ComponentName("PopBeforeSmtp");
    private static final String CHECK = "/healthcheck/checks/PopBeforeSmtp";

    private final MutableClock clock = new MutableClock();
    private List<String> limitations = List.of();
    private final SharedAddresses shared =
            new SharedAddresses(PolicySettings.builder().build(), clock);

    private int blocks;

    private Result check(State state, String cause, int sharedAddresses, String... otherTroubles) {
        for (int i = 1; i <= sharedAddresses; i++) {
            Login login = Login.of(ClientAddress.parse("203.0.113." + i), BOB, Protocol.POP3, true);
            shared.met(List.of(Grant.issue(login, clock.instant(), Lifetime.parse("15m"))));
        }
        return Mono.from(new GrantStoreHealthCheck(
                                () -> StoreStatus.of(state, cause, 0, 0, 0),
                                () -> List.of(otherTroubles),
                                () -> limitations,
                                shared,
                                () -> blocks)
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
    void aPartThatDoesNotWorkShouldDegrade() {
        assertThat(check(State.AVAILABLE, "", 0, "DRAC calls are no longer answered"))
                .isEqualTo(Result.degraded(NAME, "DRAC calls are no longer answered"));
        assertThat(check(State.DEGRADED, "the store is full", 0, "DRAC calls are no longer answered"))
                .isEqualTo(Result.degraded(NAME, "the store is full; DRAC calls are no longer answered"));
    }

    /** One customer's NAT is no reason to take a whole James for ill. */
    @Test
    void aSharedAddressShouldNotDegrade() {
        assertThat(check(State.AVAILABLE, "", 3)).isEqualTo(Result.healthy(NAME));
    }

    /** The operator has set it. */
    @Test
    void aBrownoutShouldNotDegradeAndBeNamedBesideAnotherCause() {
        limitations = List.of("a brown-out is on until 2027-05-04T11:00:00Z");

        assertThat(check(State.AVAILABLE, "", 0)).isEqualTo(Result.healthy(NAME));
        assertThat(check(State.DEGRADED, "the store is full", 0).getCause())
                .contains("the store is full; a brown-out is on until 2027-05-04T11:00:00Z");
    }

    @Test
    void sharedAddressesShouldBeNamedBesideAnotherCause() {
        assertThat(check(State.DEGRADED, "the store is full", 2).getCause())
                .isEqualTo(Optional.of("the store is full; shared by more users than maxUsersPerAddress, so they grant"
                        + " nothing: 203.0.113.1, 203.0.113.2"));
    }

    @Test
    void noMoreThanFiveSharedAddressesShouldBeNamed() {
        assertThat(check(State.DEGRADED, "the store is full", 7).getCause())
                .isEqualTo(Optional.of("the store is full; shared by more users than maxUsersPerAddress, so they grant"
                        + " nothing: 203.0.113.3, 203.0.113.4, 203.0.113.5, 203.0.113.6, 203.0.113.7 and 2 more"));
    }

    @Test
    void blocksShouldBeNoTroubleAndBeNamedBesideOne() {
        blocks = 3;

        assertThat(check(State.AVAILABLE, "", 0)).isEqualTo(Result.healthy(NAME));
        assertThat(check(State.DEGRADED, "the store is full", 0))
                .isEqualTo(Result.degraded(NAME, "the store is full; 3 blocks are in force"));
    }

    @Test
    void aSharedAddressShouldBeForgottenAfterALifetime() {
        check(State.AVAILABLE, "", 2);
        clock.turn(Duration.ofMinutes(15));

        assertThat(check(State.DEGRADED, "the store is full", 0).getCause()).contains("the store is full");
    }

    @Test
    void theStoreShouldBeAskedOnAThreadThatMayWait() {
        AtomicReference<String> thread = new AtomicReference<>("");
        Mono.from(new GrantStoreHealthCheck(
                                () -> {
                                    thread.set(Thread.currentThread().getName());
                                    return StoreStatus.of(State.AVAILABLE, "", 0, 0, 0);
                                },
                                List::of,
                                List::of,
                                shared,
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

            List<String> troubles = new CopyOnWriteArrayList<>(List.of("DRAC calls are no longer answered"));
            james.product.monitor(() -> String.join("", troubles));
            james.http()
                    .get(CHECK)
                    .then()
                    .statusCode(200)
                    .body("status", equalTo("degraded"))
                    .body("cause", equalTo("DRAC calls are no longer answered"));
            troubles.clear();

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
}
