// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.Optional;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/** Opens connections: TCP, TLS, user and password, database. All of it within one deadline. */
final class Connector {

    private final Optional<Tls> tls;
    private final Credentials credentials;
    private final int database;

    private Connector(Optional<Tls> tls, Credentials credentials, int database) {
        this.tls = tls;
        this.credentials = credentials;
        this.database = database;
    }

    static Connector toServers(RedisSettings settings, Optional<Tls> tls) {
        return new Connector(tls, settings.credentials, settings.database);
    }

    static Connector toSentinels(RedisSettings settings, Optional<Tls> tls) {
        return new Connector(tls, settings.sentinelCredentials, 0);
    }

    /**
     * A connection to a node, whose name is looked up. That may take longer than any deadline: not for a thread that
     * somebody waits for.
     *
     * @throws JedisConnectionException if there is none to be had
     */
    RedisConnection open(Node node, Deadline deadline) {
        JedisConnectionException failure = null;
        for (InetAddress address : lookUp(node)) {
            try {
                return open(node, address, deadline);
            } catch (JedisConnectionException e) {
                failure = e;
            }
        }
        throw failure == null ? new JedisConnectionException(node + " has no address") : failure;
    }

    /** Connections to the address of a node that answers now. No name is looked up for them. */
    Connections openAll(Node node, Deadline deadline) {
        JedisConnectionException failure = null;
        for (InetAddress address : lookUp(node)) {
            try {
                return new Connections(open(node, address, deadline), each -> open(node, address, each));
            } catch (JedisConnectionException e) {
                failure = e;
            }
        }
        throw failure == null ? new JedisConnectionException(node + " has no address") : failure;
    }

    private static InetAddress[] lookUp(Node node) {
        try {
            return InetAddress.getAllByName(node.host());
        } catch (UnknownHostException e) {
            throw new JedisConnectionException(e);
        }
    }

    private RedisConnection open(Node node, InetAddress address, Deadline deadline) {
        DeadlineSocket socket = new DeadlineSocket(deadline);
        try {
            return new RedisConnection(socket, new Connection(() -> connect(socket, node, address), configuration()));
        } catch (JedisDataException e) {
            // Refused at the door: the wrong password, too many clients.
            close(socket);
            throw new JedisConnectionException(e.getMessage(), e);
        } catch (JedisConnectionException e) {
            close(socket);
            throw e;
        }
    }

    private Socket connect(DeadlineSocket socket, Node node, InetAddress address) {
        try {
            socket.connectTo(new InetSocketAddress(address, node.port()));
            return tls.isPresent() ? tls.get().over(socket, node.host(), node.port()) : socket;
        } catch (IOException e) {
            throw new JedisConnectionException(e);
        }
    }

    private DefaultJedisClientConfig configuration() {
        DefaultJedisClientConfig.Builder config =
                DefaultJedisClientConfig.builder().database(database).clientSetInfoConfig(ClientSetInfoConfig.DISABLED);
        credentials.applyTo(config);
        return config.build();
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new JedisConnectionException(e);
        }
    }
}
