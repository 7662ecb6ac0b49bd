// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.popbeforesmtp.webadmin.WebAdminFixture.ALICE;
import static org.popbeforesmtp.webadmin.WebAdminFixture.BOB;
import static org.popbeforesmtp.webadmin.WebAdminFixture.CAROL;

import io.restassured.response.ValidatableResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Lifetime;
import org.popbeforesmtp.store.Login;
import org.popbeforesmtp.store.Protocol;

class SharedRouteTest {

    private static ValidatableResponse shared(WebAdminFixture james) {
        return james.http().get("/pop-before-smtp/shared").then().statusCode(200);
    }

    private static void loginAll(WebAdminFixture james, String address) {
        for (String user : List.of(ALICE, BOB, CAROL)) {
            james.login(address, user);
            james.login(address, user, false);
        }
    }

    @Test
    void addressesWithTooManyUsersShouldBeListedWithTheirNumber() throws Exception {
        try (WebAdminFixture james = new WebAdminFixture(Map.of("maxUsersPerAddress", "2"))) {
            shared(james).body("shared", empty());
            loginAll(james, "203.0.113.9");
            loginAll(james, "2001:db8::1");
            james.login("203.0.113.10", ALICE);
            james.login("203.0.113.10", BOB);
            james.login("203.0.113.10", BOB, false);

            shared(james)
                    .body("shared.address", contains("203.0.113.9", "2001:db8::1"))
                    .body("shared.users", contains(3, 3));
            james.clock.turn(Duration.ofMinutes(15));
            shared(james).body("shared", empty());
        }
    }

    @Test
    void noAddressShouldBeSharedWithoutALimit() throws Exception {
        try (WebAdminFixture james = new WebAdminFixture(Map.of("maxUsersPerAddress", "0"))) {
            loginAll(james, "203.0.113.9");

            shared(james).body("shared", empty());
        }
    }

    /** More grants than one query looks at. */
    @Test
    void eachOfManySharedAddressesShouldBeListed() throws Exception {
        try (WebAdminFixture james = new WebAdminFixture(Map.of("maxUsersPerAddress", "2"))) {
            for (int i = 0; i < 4_000; i++) {
                ClientAddress address = ClientAddress.parse("203.0." + i / 256 + "." + i % 256);
                for (String user : List.of(ALICE, BOB, CAROL)) {
                    james.store.record(Login.of(address, user, Protocol.POP3, true), Lifetime.parse("15m"));
                }
            }

            shared(james).body("shared.size()", org.hamcrest.Matchers.equalTo(4_000));
        }
    }
}
