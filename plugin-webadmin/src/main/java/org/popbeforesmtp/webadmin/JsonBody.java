// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import org.jspecify.annotations.Nullable;

/**
 * How the JSON body of one kind of request is read: nothing is overlooked, neither a key given twice nor what follows the
 * end.
 */
final class JsonBody<T> {

    private final ObjectReader json;
    private final String example;
    private final String rule;

    /**
     * A kind of body.
     *
     * @param type what it is read as; its constructor may throw a {@link BadRequest}
     * @param rule which keys it must and may have
     */
    JsonBody(Class<T> type, String example, String rule) {
        this.json = JsonMapper.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build()
                .readerFor(type);
        this.example = example;
        this.rule = rule;
    }

    T parse(@Nullable String body) {
        if (body == null || body.isBlank()) {
            throw new BadRequest("The body is empty but it must be JSON such as " + example
                    + ", sent with the header Content-Type: application/json");
        }
        try {
            T read = json.readValue(body);
            if (read != null) {
                return read;
            }
        } catch (JsonProcessingException e) {
            throw reason(e);
        }
        throw unreadable();
    }

    private BadRequest reason(JsonProcessingException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof BadRequest) {
                return (BadRequest) cause;
            }
        }
        return unreadable();
    }

    private BadRequest unreadable() {
        return new BadRequest("The body must be JSON such as " + example + ": " + rule);
    }
}
