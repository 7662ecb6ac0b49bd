// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import com.google.inject.Inject;
import java.util.List;
import java.util.Optional;
import org.apache.james.user.api.UsersRepository;
import org.apache.james.webadmin.Routes;
import org.apache.james.webadmin.utils.JsonTransformer;
import org.apache.james.webadmin.utils.Responses;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.address.Network;
import org.popbeforesmtp.config.InvalidConfigurationException;
import org.popbeforesmtp.james.GrantSources;
import org.popbeforesmtp.james.PopBeforeSmtp;
import spark.Request;
import spark.Response;
import spark.ResponseTransformer;
import spark.Service;

/**
 * The grants in James's WebAdmin: see them, grant by hand, revoke, block, and ask why a client may or may not relay.
 * The operator names it in {@code extensions.routes} of {@code webadmin.properties}; it is protected by WebAdmin's own
 * authentication. {@code docs/openapi.yaml} describes each route and answer.
 */
public final class GrantRoutes implements Routes {

    private static final String BASE = "/pop-before-smtp";
    private static final String GRANTS = BASE + "/grants";
    private static final String ADDRESS = "address";
    private static final String GRANTS_OF_ADDRESS = GRANTS + "/:" + ADDRESS;
    private static final String EXPLAIN = BASE + "/explain";
    private static final String USAGE = BASE + "/usage";
    private static final String SHARED = BASE + "/shared";
    private static final String BLOCKS = BASE + "/blocks";
    private static final String RELOAD = BASE + "/reload";

    private static final int DEFAULT_LIMIT = 1_000;
    private static final int HIGHEST_LIMIT = 10_000;

    private final Administration administration;
    private final Explainer explainer;
    private final PopBeforeSmtp product;
    private final UsageRoutes usage;
    private final BlockRoutes blocks;
    private final ResponseTransformer json;
    private final GrantSources sources;

    @Inject
    public GrantRoutes(PopBeforeSmtp product, UsersRepository usersRepository, JsonTransformer jamesJson) {
        JamesUsers users = new JamesUsers(usersRepository, product.senders());
        this.administration = new Administration(product, users);
        this.explainer = new Explainer(product, users);
        this.product = product;
        this.sources = product.sources();
        this.json = model -> jamesJson.render(model) + Answers.LINE_FEED;
        this.usage = new UsageRoutes(product, users, json);
        this.blocks = new BlockRoutes(new Blocking(product, users), json);
    }

    @Override
    public String getBasePath() {
        return BASE;
    }

    @Override
    public void define(Service service) {
        // Not in the constructor: James makes the routes of a WebAdmin that is turned off too.
        sources.add();
        service.get(GRANTS, this::list, json);
        service.get(GRANTS_OF_ADDRESS, this::ofAddress, json);
        service.put(GRANTS_OF_ADDRESS, this::grant);
        service.delete(GRANTS_OF_ADDRESS, this::revokeAddress, json);
        service.delete(GRANTS, this::revokeUser, json);
        service.get(EXPLAIN, this::explain, json);
        service.get(SHARED, this::shared, json);
        service.post(RELOAD, this::reload, json);
        usage.define(service, USAGE);
        blocks.define(service, BLOCKS);
        Answers.define(service, BASE);
    }

    private GrantPage list(Request request, Response response) {
        Parameters query = Parameters.of(request, "user", "network", "limit", "after");
        Optional<String> user = query.read("user", Values::user);
        Optional<Network> network = query.read("network", Network::parse);
        Optional<GrantCursor> after = query.read("after", GrantCursor::parse);
        int limit = query.read("limit", text -> Values.number(text, 1, HIGHEST_LIMIT))
                .orElse(DEFAULT_LIMIT);
        return administration.list(user, network, after, limit);
    }

    private List<GrantView> ofAddress(Request request, Response response) {
        Parameters.of(request);
        return GrantView.of(administration.grantsOf(address(request)));
    }

    private String grant(Request request, Response response) {
        ManualGrant grant = ManualGrant.parse(request.body());
        Parameters.of(request);
        administration.grant(address(request), grant);
        return Responses.returnNoContent(response);
    }

    private Revoked revokeAddress(Request request, Response response) {
        Parameters.of(request);
        return administration.revoke(address(request), Administrator.of(request));
    }

    private Revoked revokeUser(Request request, Response response) {
        String user = Parameters.of(request, "user").require("user", Values::user);
        return administration.revokeUser(user, Administrator.of(request));
    }

    /** One explanation for a sender, the null sender if it is given empty; without one an explanation for each user. */
    private Object explain(Request request, Response response) {
        Parameters query = Parameters.of(request, ADDRESS, "sender");
        ClientAddress client = query.require(ADDRESS, ClientAddress::parse);
        return query.read("sender", Values::sender)
                .<Object>map(sender -> explainer.explain(client, sender))
                .orElseGet(() -> explainer.explain(client));
    }

    private SharedView shared(Request request, Response response) {
        Parameters.of(request);
        return new SharedView(
                new CrowdedAddresses(product.configuration().policy(), product.policy(), product.store()).find());
    }

    private Reloaded reload(Request request, Response response) {
        Parameters.of(request);
        try {
            return new Reloaded(product.reload(Administrator.of(request)));
        } catch (InvalidConfigurationException e) {
            throw new BadRequest(String.valueOf(e.getMessage()));
        }
    }

    private static ClientAddress address(Request request) {
        return BadRequest.unlessParsed(ADDRESS, request.params(ADDRESS), ClientAddress::parse);
    }
}
