// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.redis;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import redis.clients.jedis.ClientSetInfoConfig;
import redis.clients.jedis.Connection;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.UnifiedJedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.providers.ClusterConnectionProvider;
import redis.clients.jedis.providers.ConnectionProvider;
import redis.clients.jedis.providers.PooledConnectionProvider;
import redis.clients.jedis.providers.SentineledConnectionProvider;
import redis.clients.jedis.util.JedisClusterCRC16;
import redis.clients.jedis.util.Pool;

/** The library's client for one server, sentinels or a cluster, and where each key is. */
final class RedisTopology implements AutoCloseable {

    /** Shorter than any firewall or server keeps an idle connection. */
    private static final Duration LONGEST_IDLE = Duration.ofSeconds(10);

    /** The second one follows a redirection, or finds a server that was restarted. */
    private static final int ATTEMPTS = 2;

    private final UnifiedJedis client;
    private final ConnectionProvider provider;
    private final Function<String, HostAndPort> masterOf;

    private RedisTopology(UnifiedJedis client, ConnectionProvider provider, Function<String, HostAndPort> masterOf) {
        this.client = client;
        this.provider = provider;
        this.masterOf = masterOf;
    }

    /**
     * What may be connected to, the likeliest first. Sentinels and cluster nodes are asked at once, and names are looked up:
     * not for a thread of James.
     */
    static List<Supplier<RedisTopology>> candidates(RedisSettings settings) {
        DefaultJedisClientConfig.Builder server = config(settings).database(settings.database);
        settings.username.ifPresent(server::user);
        settings.password.ifPresent(server::password);
        JedisClientConfig config = server.build();
        switch (settings.topology) {
            case SENTINEL:
                return List.of(() -> sentinel(settings, config));
            case CLUSTER:
                return List.of(() -> cluster(settings, config));
            default:
                return settings.nodes.stream()
                        .<Supplier<RedisTopology>>map(node -> () -> standalone(node, config))
                        .collect(Collectors.toUnmodifiableList());
        }
    }

    private static RedisTopology standalone(HostAndPort node, JedisClientConfig config) {
        PooledConnectionProvider provider = new PooledConnectionProvider(node, config, pool());
        return single(provider, key -> node);
    }

    private static RedisTopology sentinel(RedisSettings settings, JedisClientConfig config) {
        DefaultJedisClientConfig.Builder sentinel = config(settings);
        settings.sentinelPassword.ifPresent(sentinel::password);
        requireMaster(settings, sentinel.build());
        SentineledConnectionProvider provider = new SentineledConnectionProvider(
                settings.sentinelMaster, config, pool(), Set.copyOf(settings.nodes), sentinel.build());
        return single(provider, key -> provider.getCurrentMaster());
    }

    /** The library would not tell why no sentinel knows the master. */
    private static void requireMaster(RedisSettings settings, JedisClientConfig config) {
        JedisException failure = new JedisConnectionException("no sentinel answered");
        for (HostAndPort node : settings.nodes) {
            try (Jedis sentinel = new Jedis(node, config)) {
                if (sentinel.sentinelGetMasterAddrByName(settings.sentinelMaster) != null) {
                    return;
                }
                failure =
                        new JedisConnectionException("no master named " + settings.sentinelMaster + " is known there");
            } catch (JedisException e) {
                failure = new JedisConnectionException("sentinel " + node, e);
            }
        }
        throw failure;
    }

    private static RedisTopology cluster(RedisSettings settings, JedisClientConfig config) {
        Set<HostAndPort> nodes = Set.copyOf(settings.nodes);
        ClusterConnectionProvider provider = new ClusterConnectionProvider(nodes, config, pool());
        UnifiedJedis client = RedisClusterClient.builder()
                .nodes(nodes)
                .clientConfig(config)
                .connectionProvider(provider)
                .maxAttempts(ATTEMPTS)
                .maxTotalRetriesDuration(settings.timeout)
                .build();
        return new RedisTopology(client, provider, key -> provider.getNode(JedisClusterCRC16.getSlot(key)));
    }

    private static RedisTopology single(ConnectionProvider provider, Function<String, HostAndPort> masterOf) {
        return new RedisTopology(
                RedisClient.builder().connectionProvider(provider).build(), provider, masterOf);
    }

    private static DefaultJedisClientConfig.Builder config(RedisSettings settings) {
        DefaultJedisClientConfig.Builder config = DefaultJedisClientConfig.builder()
                .timeoutMillis((int) settings.timeout.toMillis())
                .serverDefaultProtocol()
                .clientSetInfoConfig(ClientSetInfoConfig.DISABLED);
        if (settings.tls) {
            Tls.apply(settings, config);
        }
        return config;
    }

    private static ConnectionPoolConfig pool() {
        ConnectionPoolConfig pool = new ConnectionPoolConfig();
        pool.setMaxTotal(-1);
        pool.setMaxIdle(32);
        pool.setJmxEnabled(false);
        pool.setTestWhileIdle(false);
        pool.setMinEvictableIdleDuration(LONGEST_IDLE);
        pool.setTimeBetweenEvictionRuns(LONGEST_IDLE.dividedBy(2));
        return pool;
    }

    UnifiedJedis client() {
        return client;
    }

    /**
     * The server that has a key.
     *
     * @throws RedisUnavailableException if there is none at present
     */
    HostAndPort masterOf(String key) {
        return Optional.ofNullable(masterOf.apply(key))
                .orElseThrow(() ->
                        new RedisUnavailableException("the cluster serves no slot " + JedisClusterCRC16.getSlot(key)));
    }

    Connection connectionTo(HostAndPort node) {
        return poolOf(node)
                .map(Pool::getResource)
                .orElseThrow(() -> new RedisUnavailableException(node + " is no master any more"));
    }

    /** After a restart of a server its old connections are broken. */
    void closeIdleConnectionsTo(HostAndPort node) {
        poolOf(node).ifPresent(Pool::clear);
    }

    @SuppressWarnings("unchecked")
    private Optional<Pool<Connection>> poolOf(HostAndPort node) {
        return provider.getConnectionMap().entrySet().stream()
                .filter(each -> String.valueOf(each.getKey()).equals(node.toString()))
                .map(each -> (Pool<Connection>) each.getValue())
                .findFirst();
    }

    @Override
    public void close() {
        client.close();
    }
}
