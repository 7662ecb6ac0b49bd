// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import com.google.inject.Inject;
import java.util.List;
import java.util.Optional;
import org.apache.james.webadmin.Routes;
import org.apache.james.webadmin.authentication.AuthenticationFilter;
import org.apache.james.webadmin.utils.ErrorResponder;
import org.apache.james.webadmin.utils.ErrorResponder.ErrorType;
import org.apache.james.webadmin.utils.JsonTransformer;
import org.apache.james.webadmin.utils.Responses;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.address.Network;
import org.popbeforesmtp.james.PopBeforeSmtp;
import org.popbeforesmtp.store.Grant;
import org.popbeforesmtp.store.GrantQuery;
import org.popbeforesmtp.store.StoreUnavailableException;
import spark.Request;
import spark.Response;
import spark.Service;

/**
 * The grants in James's WebAdmin: see them, grant by hand, revoke, and ask why a client may or may not relay. The operator
 * names it in {@code extensions.routes} of {@code webadmin.properties}; it stands behind WebAdmin's own authentication.
 * {@code docs/openapi.yaml} describes each route and answer.
 */
public final class GrantRoutes implements Routes {

    private static final String BASE = "/pop-before-smtp";
    private static final String GRANTS = BASE + "/grants";
    private static final String ADDRESS = "address";
    private static final String GRANTS_OF_ADDRESS = GRANTS + "/:" + ADDRESS;
    private static final String EXPLAIN = BASE + "/explain";

    private static final int DEFAULT_LIMIT = 1_000;
    private static final int HIGHEST_LIMIT = 10_000;

    private final Administration administration;
    private final JsonTransformer json;

    @Inject
    public GrantRoutes(PopBeforeSmtp product, JsonTransformer json) {
        this.administration = new Administration(product);
        this.json = json;
    }

    @Override
    public String getBasePath() {
        return BASE;
    }

    @Override
    public void define(Service service) {
        service.get(GRANTS, this::list, json);
        service.get(GRANTS_OF_ADDRESS, this::ofAddress, json);
        service.put(GRANTS_OF_ADDRESS, this::grant);
        service.delete(GRANTS_OF_ADDRESS, this::revokeAddress);
        service.delete(GRANTS, this::revokeUser);
        service.get(EXPLAIN, this::explain, json);
        service.exception(
                BadRequest.class, (e, request, response) -> answer(response, 400, ErrorType.INVALID_ARGUMENT, e));
        service.exception(
                StoreUnavailableException.class,
                (e, request, response) -> answer(response, 503, ErrorType.SERVER_ERROR, e));
    }

    private List<GrantView> list(Request request, Response response) {
        Parameters query = Parameters.of(request, "user", "network", "limit", "offset");
        Optional<String> user = query.read("user", Values::user);
        Optional<Network> network = query.read("network", Network::parse);
        int limit = query.read("limit", text -> Values.number(text, 1, HIGHEST_LIMIT))
                .orElse(DEFAULT_LIMIT);
        int offset = query.read("offset", text -> Values.number(text, 0, Integer.MAX_VALUE))
                .orElse(0);
        GrantQuery all = GrantQuery.all();
        GrantQuery ofUser = user.map(all::ofUser).orElse(all);
        GrantQuery within = network.map(ofUser::within).orElse(ofUser);
        return GrantView.of(administration.list(within.page(offset, limit)));
    }

    private List<GrantView> ofAddress(Request request, Response response) {
        Parameters.of(request);
        ClientAddress address = address(request);
        List<Grant> grants = administration.grantsOf(address);
        if (grants.isEmpty()) {
            throw ErrorResponder.builder()
                    .statusCode(404)
                    .type(ErrorType.NOT_FOUND)
                    .message("There is no active grant for " + address)
                    .haltError();
        }
        return GrantView.of(grants);
    }

    private String grant(Request request, Response response) {
        ManualGrant grant = ManualGrant.parse(request.body());
        Parameters.of(request);
        administration.grant(address(request), grant);
        return Responses.returnNoContent(response);
    }

    private String revokeAddress(Request request, Response response) {
        Parameters.of(request);
        administration.revoke(address(request), administrator(request));
        return Responses.returnNoContent(response);
    }

    private String revokeUser(Request request, Response response) {
        String user = Parameters.of(request, "user").require("user", Values::user);
        administration.revokeUser(user, administrator(request));
        return Responses.returnNoContent(response);
    }

    private Explanation explain(Request request, Response response) {
        Parameters query = Parameters.of(request, ADDRESS, "sender");
        ClientAddress address = query.require(ADDRESS, ClientAddress::parse);
        return administration.explain(
                address, query.read("sender", Values::sender).flatMap(sender -> sender));
    }

    private static ClientAddress address(Request request) {
        return BadRequest.unlessParsed(ADDRESS, request.params(ADDRESS), ClientAddress::parse);
    }

    /** Who revokes, for the log: where WebAdmin knows names (JWT), that one. */
    private static String administrator(Request request) {
        Object login = request.attribute(AuthenticationFilter.LOGIN);
        return login == null ? "webadmin" : "webadmin:" + login;
    }

    private static void answer(Response response, int status, ErrorType type, Exception reason) {
        response.status(status);
        response.body(ErrorResponder.builder()
                .statusCode(status)
                .type(type)
                .message(String.valueOf(reason.getMessage()))
                .asString());
    }
}
