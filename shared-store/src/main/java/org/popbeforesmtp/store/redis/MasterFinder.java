// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BiConsumer;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** Finds the server to work with: one that not only answers but does what we need. For one background thread. */
final class MasterFinder implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final MasterLocator locator;
    private final Connector connector;
    private final Duration timeout;
    private final BiConsumer<RedisConnection, Deadline> probe;

    private MasterFinder(
            MasterLocator locator, Connector connector, Duration timeout, BiConsumer<RedisConnection, Deadline> probe) {
        this.locator = locator;
        this.connector = connector;
        this.timeout = timeout;
        this.probe = probe;
    }

    /**
     * A finder.
     *
     * @param probe does on a connection what a call will do later, and throws if it cannot
     */
    static MasterFinder of(RedisSettings settings, GrantKeys keys, BiConsumer<RedisConnection, Deadline> probe) {
        Optional<Tls> tls = settings.tls ? Optional.of(Tls.of(settings)) : Optional.empty();
        return new MasterFinder(
                MasterLocator.of(settings, tls, keys), Connector.toServers(settings, tls), settings.timeout, probe);
    }

    /** The master, ready to use; throws if there is none, with the trouble of the last server that was tried. */
    Master find() {
        RuntimeException failure = new JedisConnectionException("no server is named");
        for (Node node : locator.candidates()) {
            try {
                return tryOut(node);
            } catch (RuntimeException e) {
                failure = new UnusableException(node.toString(), e);
            }
        }
        throw failure;
    }

    private Master tryOut(Node node) {
        Master master = new Master(node, connector.openAll(node, Deadline.in(PATIENCE)));
        try {
            check(master);
            return master;
        } catch (RuntimeException e) {
            master.close();
            throw e;
        }
    }

    /** Makes sure that a master can still be used; throws if it cannot. */
    void checkAgain(Master master) {
        master.connections().trim();
        check(master);
        if (!locator.isStillMaster(master.node())) {
            throw new JedisConnectionException("the sentinels have chosen another master");
        }
    }

    private void check(Master master) {
        Deadline deadline = Deadline.in(timeout);
        master.connections().with(deadline, connection -> {
            probe.accept(connection, deadline);
            return true;
        });
    }

    @Override
    public void close() {
        locator.close();
    }
}
