// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

/** The server that holds the grants, and our connections to it. */
final class Master implements AutoCloseable {

    private final Node node;
    private final Connections connections;

    Master(Node node, Connections connections) {
        this.node = node;
        this.connections = connections;
    }

    Node node() {
        return node;
    }

    Connections connections() {
        return connections;
    }

    @Override
    public void close() {
        connections.close();
    }
}
