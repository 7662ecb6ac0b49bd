// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import static org.assertj.core.api.Assertions.assertThat;

import com.atlassian.oai.validator.restassured.OpenApiValidationFilter;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OpenApiTest {

    @Test
    void first() throws Exception {
        try (WebAdminFixture james = new WebAdminFixture(Map.of())) {
            james.login("203.0.113.9", WebAdminFixture.BOB);
            String body = james.http()
                    .filter(new OpenApiValidationFilter("../docs/openapi.yaml"))
                    .get("/pop-before-smtp/grants")
                    .then()
                    .log()
                    .all()
                    .statusCode(200)
                    .extract()
                    .asString();
            assertThat(body).contains("203.0.113.9");
        }
    }
}
