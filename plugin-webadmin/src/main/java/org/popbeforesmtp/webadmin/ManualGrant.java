// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.store.Lifetime;

/** What an administrator asks for who grants by hand: the body of the PUT request. */
final class ManualGrant {

    private static final String EXAMPLE = "{\"user\":\"bob@example.com\",\"lifetime\":\"5m\"}";
    private static final ObjectReader JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .readerFor(ManualGrant.class);

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
        if (body == null || body.isBlank()) {
            throw new BadRequest("The body is empty but it must be JSON such as " + EXAMPLE
                    + ", sent with the header Content-Type: application/json");
        }
        try {
            ManualGrant grant = JSON.readValue(body);
            if (grant != null) {
                return grant;
            }
        } catch (JsonProcessingException e) {
            throw reason(e);
        }
        throw unreadable();
    }

    private static BadRequest reason(JsonProcessingException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof BadRequest) {
                return (BadRequest) cause;
            }
        }
        return unreadable();
    }

    private static BadRequest unreadable() {
        return new BadRequest("The body must be JSON such as " + EXAMPLE
                + ": user is required, lifetime is not, each is given once, nothing else is known");
    }

    String user() {
        return user;
    }

    /** The lifetime, if it is not to be the configured one. */
    Optional<Lifetime> lifetime() {
        return lifetime;
    }
}
