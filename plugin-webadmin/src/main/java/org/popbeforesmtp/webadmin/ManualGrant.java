// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.store.Lifetime;

/** A grant by hand as an administrator requests it: the body of the PUT request. */
final class ManualGrant {

    private static final JsonBody<ManualGrant> JSON = new JsonBody<>(
            ManualGrant.class,
            "{\"user\":\"bob@example.com\",\"lifetime\":\"5m\"}",
            "user is required, lifetime is not, each is given once, nothing else is known");

    private final String user;
    private final Optional<Lifetime> lifetime;

    @JsonCreator
    ManualGrant(@JsonProperty("user") @Nullable String user, @JsonProperty("lifetime") @Nullable String lifetime) {
        if (user == null) {
            throw new BadRequest("user must be given: the user to whom the grant belongs");
        }
        this.user = BadRequest.unlessParsed("user", user, Values::user);
        this.lifetime =
                Optional.ofNullable(lifetime).map(text -> BadRequest.unlessParsed("lifetime", text, Lifetime::parse));
    }

    static ManualGrant parse(@Nullable String body) {
        return JSON.parse(body);
    }

    String user() {
        return user;
    }

    /** The lifetime, if it is not to be the configured one. */
    Optional<Lifetime> lifetime() {
        return lifetime;
    }
}
