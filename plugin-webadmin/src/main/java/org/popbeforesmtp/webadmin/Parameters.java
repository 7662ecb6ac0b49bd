// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import spark.Request;

/**
 * The query of a request. An unknown or repeated parameter is refused rather than ignored: a mistyped filter of a
 * revocation must not revoke more than was meant.
 */
final class Parameters {

    private final Request request;

    private Parameters(Request request) {
        this.request = request;
    }

    /** The query of a request that may have these parameters. */
    static Parameters of(Request request, String... known) {
        for (String name : request.queryParams()) {
            if (!List.of(known).contains(name)) {
                throw new BadRequest("The parameter '" + name + "' is unknown here"
                        + (known.length == 0 ? "; there are none" : "; known are " + String.join(", ", known)));
            }
            if (request.queryParamsValues(name).length > 1) {
                throw new BadRequest("The parameter '" + name + "' must be given once only");
            }
            // Jetty puts the replacement character where a sequence of UTF-8 is not complete, and throws on other
            // errors.
            if ((name + request.queryParams(name)).indexOf('\uFFFD') >= 0) {
                throw unreadable();
            }
        }
        return new Parameters(request);
    }

    static BadRequest unreadable() {
        return new BadRequest(
                "The query cannot be read: it must be percent-encoded UTF-8, as curl --data-urlencode" + " writes it");
    }

    /** The value of a parameter, if it was given. */
    <T> Optional<T> read(String name, Function<String, T> parser) {
        return Optional.ofNullable(request.queryParams(name))
                .map(value -> BadRequest.unlessParsed(name, value, parser));
    }

    /** The value of a parameter that must be given. */
    <T> T require(String name, Function<String, T> parser) {
        return read(name, parser).orElseThrow(() -> new BadRequest("The parameter '" + name + "' must be given"));
    }
}
