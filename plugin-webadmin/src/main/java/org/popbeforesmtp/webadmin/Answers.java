// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import java.util.List;
import org.apache.james.webadmin.utils.ErrorResponder;
import org.apache.james.webadmin.utils.ErrorResponder.ErrorType;
import org.eclipse.jetty.http.BadMessageException;
import org.popbeforesmtp.store.StoreUnavailableException;
import spark.Response;
import spark.Route;
import spark.Service;

/** The answers to requests that failed: in James's own form, followed by a line feed. */
final class Answers {

    static final String LINE_FEED = "\n";

    private static final String WHEN_AGAIN = ". GET /healthcheck/checks/PopBeforeSmtp shows when it works again";

    private Answers() {}

    /** Makes the server answer this way, and answer "not found" below a path where no other route does. */
    static void define(Service service, String base) {
        everythingElse(service, base);
        // James's own handlers answer without it, a path that is no UTF-8 for instance.
        service.afterAfter((request, response) -> {
            String body = response.body();
            boolean lacksIt = body != null && !body.isEmpty() && !body.endsWith(LINE_FEED);
            if (lacksIt && request.pathInfo().startsWith(base)) {
                response.body(body + LINE_FEED);
            }
        });
        service.exception(
                BadRequest.class,
                (e, request, response) -> answer(response, 400, ErrorType.INVALID_ARGUMENT, message(e)));
        // James's own filters meet a query that is no UTF-8 before any route does.
        service.exception(
                BadMessageException.class,
                (e, request, response) ->
                        answer(response, 400, ErrorType.INVALID_ARGUMENT, message(Parameters.unreadable())));
        service.exception(Unauthorized.class, (e, request, response) -> {
            // A 401 must have it (RFC 9110 15.5.2).
            response.header("WWW-Authenticate", "Bearer");
            answer(response, 401, ErrorType.INVALID_ARGUMENT, message(e));
        });
        service.exception(
                NotFound.class, (e, request, response) -> answer(response, 404, ErrorType.NOT_FOUND, message(e)));
        service.exception(
                StoreUnavailableException.class,
                (e, request, response) -> answer(response, 503, ErrorType.SERVER_ERROR, message(e) + WHEN_AGAIN));
    }

    /** As James answers, followed by a line feed as our other answers are. */
    private static void everythingElse(Service service, String base) {
        Route none = (request, response) -> {
            throw new NotFound(request.requestMethod() + " " + request.pathInfo() + " can not be found");
        };
        for (String path : List.of(base, base + "/*")) {
            service.get(path, none);
            service.put(path, none);
            service.post(path, none);
            service.patch(path, none);
            service.delete(path, none);
        }
    }

    private static String message(Exception e) {
        return String.valueOf(e.getMessage());
    }

    private static void answer(Response response, int status, ErrorType type, String message) {
        response.status(status);
        response.body(ErrorResponder.builder()
                        .statusCode(status)
                        .type(type)
                        .message(message)
                        .asString()
                + LINE_FEED);
    }
}
