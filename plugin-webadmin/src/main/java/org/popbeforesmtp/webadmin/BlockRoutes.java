// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import org.popbeforesmtp.address.Network;
import org.popbeforesmtp.block.BlockTarget;
import spark.Request;
import spark.Response;
import spark.ResponseTransformer;
import spark.Service;

/** Blocks: addresses, networks and users that an administrator keeps from relaying for a while. */
final class BlockRoutes {

    private static final String ADDRESS = "address";
    private static final String LENGTH = "length";
    private static final String USER = "user";

    private final Blocking blocking;
    private final ResponseTransformer json;

    BlockRoutes(Blocking blocking, ResponseTransformer json) {
        this.blocking = blocking;
        this.json = json;
    }

    void define(Service service, String path) {
        String users = path + "/users/:" + USER;
        String address = path + "/:" + ADDRESS;
        String network = address + "/:" + LENGTH;
        service.get(path, this::list, json);
        // Before the networks, whose path theirs looks like.
        service.put(users, (request, response) -> put(request, user(request)), json);
        service.delete(users, (request, response) -> end(request, user(request)), json);
        for (String each : new String[] {address, network}) {
            service.put(each, (request, response) -> put(request, network(request)), json);
            service.delete(each, (request, response) -> end(request, network(request)), json);
        }
    }

    private BlockView.All list(Request request, Response response) {
        Parameters.of(request);
        return new BlockView.All(blocking.all());
    }

    private BlockView.Put put(Request request, BlockTarget target) {
        Parameters.of(request);
        return blocking.put(target, BlockRequest.parse(request.body()), Administrator.of(request));
    }

    private BlockView.Ended end(Request request, BlockTarget target) {
        Parameters.of(request);
        return blocking.end(target, Administrator.of(request));
    }

    private BlockTarget user(Request request) {
        return blocking.user(BadRequest.unlessParsed(USER, request.params(USER), Values::user));
    }

    private static BlockTarget network(Request request) {
        String length = request.params(LENGTH);
        String text = request.params(ADDRESS) + (length == null ? "" : "/" + length);
        return BlockTarget.of(BadRequest.unlessParsed(ADDRESS, text, Network::parse));
    }
}
