// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.util.List;

/** The servers that the operator has named; the first one that accepts writes is the master. */
final class NamedServers implements MasterLocator {

    private final List<Node> nodes;

    NamedServers(List<Node> nodes) {
        this.nodes = nodes;
    }

    @Override
    public List<Node> candidates() {
        return nodes;
    }

    @Override
    public boolean isStillMaster(Node node) {
        return true;
    }

    @Override
    public void close() {
        // Nothing was opened.
    }
}
