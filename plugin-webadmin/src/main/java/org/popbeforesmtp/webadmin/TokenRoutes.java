// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import com.google.inject.Inject;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.james.user.api.UsersRepository;
import org.apache.james.webadmin.PublicRoutes;
import org.apache.james.webadmin.utils.Responses;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.config.Tokens;
import org.popbeforesmtp.james.GrantSources;
import org.popbeforesmtp.james.PopBeforeSmtp;
import org.popbeforesmtp.runtime.LogLimit;
import org.popbeforesmtp.store.Lifetime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import spark.Request;
import spark.Response;
import spark.Service;

/**
 * A route for the script of a POP3 server that is not James, which can only grant: it takes a token of
 * {@code manual.token} instead of WebAdmin's own authentication, which would give control over all of James. Off
 * without such a token. The operator names it in {@code extensions.routes} of {@code webadmin.properties}.
 */
public final class TokenRoutes implements PublicRoutes {

    private static final String BASE = "/pop-before-smtp-grants";
    private static final String ADDRESS = "address";
    private static final Pattern BEARER = Pattern.compile("(?i)Bearer +(\\S+)");

    private static final Logger LOGGER = LoggerFactory.getLogger("org.popbeforesmtp");

    private final Administration administration;
    private final GrantSources sources;
    private final PopBeforeSmtp product;
    private final LogLimit refusals;

    @Inject
    public TokenRoutes(PopBeforeSmtp product, UsersRepository usersRepository) {
        this.administration = new Administration(product, new JamesUsers(usersRepository, product.senders()));
        this.sources = product.sources();
        this.product = product;
        this.refusals = new LogLimit(product.clock(), 1);
    }

    @Override
    public String getBasePath() {
        return BASE;
    }

    @Override
    public void define(Service service) {
        if (!product.configuration().manualTokens().isEmpty()) {
            sources.add();
        }
        service.put(BASE + "/:" + ADDRESS, this::grant);
        Answers.define(service, BASE);
    }

    private String grant(Request request, Response response) {
        authenticate(request);
        ManualGrant grant = ManualGrant.parse(request.body());
        Parameters.of(request);
        Lifetime longest = product.configuration().lifetime();
        grant.lifetime()
                .filter(lifetime -> lifetime.toDuration().compareTo(longest.toDuration()) > 0)
                .ifPresent(lifetime -> {
                    throw BadRequest.of("lifetime", lifetime.toString(), "must not be longer here than " + longest);
                });
        administration.grant(BadRequest.unlessParsed(ADDRESS, request.params(ADDRESS), ClientAddress::parse), grant);
        return Responses.returnNoContent(response);
    }

    /** Runs before any part of the request is read that its sender could have made long. */
    private void authenticate(Request request) {
        Tokens tokens = product.configuration().manualTokens();
        if (tokens.isEmpty()) {
            throw new NotFound("Granting with a token is off: manual.token is not set in pop-before-smtp.properties");
        }
        Matcher bearer = BEARER.matcher(
                Optional.ofNullable(request.headers("Authorization")).orElse(""));
        if (!bearer.matches() || !tokens.contains(bearer.group(1))) {
            if (refusals.permits()) {
                LOGGER.warn("{} asked for a grant without a token of manual.token", request.ip());
            }
            throw new Unauthorized("A token of manual.token is required, in a header Authorization: Bearer TOKEN");
        }
    }
}
