// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import org.apache.james.webadmin.authentication.AuthenticationFilter;
import spark.Request;

/** Who sends a request, for the log. */
final class Administrator {

    private Administrator() {}

    /** Where WebAdmin knows names (JWT), that one. */
    static String of(Request request) {
        Object login = request.attribute(AuthenticationFilter.LOGIN);
        return login == null ? "webadmin" : "webadmin:" + login;
    }
}
