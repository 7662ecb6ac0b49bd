// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.util.List;
import java.util.Optional;
import redis.clients.jedis.exceptions.JedisException;

/** Knows which server may hold the grants now. For one background thread. */
interface MasterLocator extends AutoCloseable {

    /**
     * The servers to try, the likeliest first.
     *
     * @throws JedisException if nobody can be asked
     */
    List<Node> candidates();

    /** Whether a server that we use is still the one to use, as far as can be told. */
    boolean isStillMaster(Node node);

    @Override
    void close();

    static MasterLocator of(RedisSettings settings, Optional<Tls> tls, GrantKeys keys) {
        switch (settings.topology) {
            case SENTINEL:
                return new SentinelLocator(
                        Connector.toSentinels(settings, tls), settings.nodes, settings.sentinelMaster);
            case CLUSTER:
                return new ClusterLocator(Connector.toServers(settings, tls), settings.nodes, keys);
            case STANDALONE:
            default:
                return new NamedServers(settings.nodes);
        }
    }
}
