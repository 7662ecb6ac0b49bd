// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.redis;

import static org.popbeforesmtp.redis.RedisUrl.require;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.SslVerifyMode;

/**
 * Where the shared Redis is and how to reach it. Immutable; {@link #toString()} leaves passwords out.
 *
 * <p>A broken rule is the message of an {@link IllegalArgumentException}, "must ...", which never repeats the value.
 */
public final class RedisSettings {

    /** How the Redis servers are related. */
    public enum Topology {
        /** One server; of several that are named, the one that accepts writes. */
        STANDALONE,
        /** A Redis cluster; the nodes named are asked for the others. */
        CLUSTER,
        /** Sentinels know which server is the master. */
        SENTINEL
    }

    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9._:-]{1,64}");
    private static final int SENTINEL_PORT = 26_379;
    private static final Duration LONGEST_TIMEOUT = Duration.ofSeconds(60);

    final Topology topology;
    final List<HostAndPort> nodes;
    final boolean tls;
    final SslVerifyMode verifyMode;
    final Optional<Path> keyStore;
    final String keyStorePassword;
    final Optional<String> username;
    final Optional<String> password;
    final Optional<String> sentinelPassword;
    final int database;
    final String sentinelMaster;
    final String keyPrefix;
    final Duration timeout;

    private RedisSettings(Builder builder) {
        RedisUrl first = builder.urls.get(0);
        this.topology = first.isSentinel() ? Topology.SENTINEL : builder.topology;
        int defaultPort = topology == Topology.SENTINEL ? SENTINEL_PORT : Protocol.DEFAULT_PORT;
        this.nodes =
                builder.urls.stream().flatMap(url -> url.nodes(defaultPort)).collect(Collectors.toUnmodifiableList());
        this.tls = first.isTls();
        this.verifyMode = builder.verifyMode;
        this.keyStore = builder.keyStore;
        this.keyStorePassword = builder.keyStorePassword;
        this.username = builder.username;
        this.password = builder.password;
        this.sentinelPassword = builder.sentinelPassword;
        this.database = first.database();
        this.sentinelMaster = builder.sentinelMaster;
        this.keyPrefix = builder.keyPrefix;
        this.timeout = builder.timeout;
        require(username.isEmpty() || password.isPresent(), "must have a password if it has a user");
        require(builder.urls.stream().allMatch(url -> url.isTls() == tls), "must use TLS for all servers or for none");
        require(topology != Topology.SENTINEL || !sentinelMaster.isEmpty(), "must name the sentinels' master");
        require(
                builder.topology != Topology.CLUSTER || !first.isSentinel(),
                "must not name sentinels: a cluster has none");
        require(topology != Topology.CLUSTER || database == 0, "must not name a database: a cluster has only number 0");
    }

    /**
     * Settings for one URL, or several with commas between them, as James's {@code redisURL} takes them.
     *
     * @throws IllegalArgumentException if one of them is no such URL
     */
    public static Builder at(String urls) {
        return new Builder(RedisUrl.parseAll(urls));
    }

    /** What must not be shown. */
    List<String> secrets() {
        return Stream.of(password, sentinelPassword).flatMap(Optional::stream).collect(Collectors.toUnmodifiableList());
    }

    /** The longest that one call may wait. */
    public Duration timeout() {
        return timeout;
    }

    public String keyPrefix() {
        return keyPrefix;
    }

    @Override
    public String toString() {
        return "Redis " + topology + " at " + nodes + (tls ? " over TLS (" + verifyMode + ")" : "") + ", database "
                + database + ", " + username.map(name -> "user " + name).orElse("no user")
                + (password.isPresent() ? " with a password" : "") + ", prefix " + keyPrefix + ", timeout " + timeout;
    }

    /** Collects the settings that differ from the defaults; what is set here takes precedence over the URL. */
    public static final class Builder {

        private final List<RedisUrl> urls;
        private Topology topology = Topology.STANDALONE;
        private SslVerifyMode verifyMode;
        private Optional<Path> keyStore = Optional.empty();
        private String keyStorePassword = "";
        private Optional<String> username;
        private Optional<String> password;
        private Optional<String> sentinelPassword = Optional.empty();
        private String sentinelMaster;
        private String keyPrefix = "pbs";
        private Duration timeout = Duration.ofMillis(250);

        private Builder(List<RedisUrl> urls) {
            RedisUrl first = urls.get(0);
            this.urls = urls;
            this.verifyMode = first.verifyMode();
            this.username = first.username();
            this.password = first.password();
            this.sentinelMaster = first.sentinelMaster().orElse("");
        }

        /** A URL that begins with {@code redis-sentinel:} always means sentinels. */
        public Builder topology(Topology value) {
            topology = value;
            return this;
        }

        /** Only together with a password. */
        public Builder username(String value) {
            username = Optional.of(value);
            return this;
        }

        public Builder password(String value) {
            password = Optional.of(value);
            return this;
        }

        /** The name that the sentinels have for the master. */
        public Builder sentinelMaster(String value) {
            sentinelMaster = value;
            return this;
        }

        /** The password of the sentinels themselves. */
        public Builder sentinelPassword(String value) {
            sentinelPassword = Optional.of(value);
            return this;
        }

        /** Accepts any certificate: anybody on the way can read and change what is stored. */
        public Builder withoutCertificateCheck() {
            verifyMode = SslVerifyMode.INSECURE;
            return this;
        }

        /**
         * A JKS or PKCS#12 file with the certificates of the authorities to trust, instead of the Java runtime's, and with
         * a key of our own if the server asks for one.
         */
        public Builder keyStore(Path file, String filePassword) {
            keyStore = Optional.of(file);
            keyStorePassword = filePassword;
            return this;
        }

        /** What all keys begin with, so that several installations can share a Redis. */
        public Builder keyPrefix(String value) {
            require(PREFIX.matcher(value).matches(), "must be 1 to 64 letters, digits and any of . _ : -");
            keyPrefix = value;
            return this;
        }

        /** The longest that one call of the store may wait, 1 millisecond to 60 seconds. */
        public Builder timeout(Duration value) {
            require(
                    value.toMillis() >= 1 && value.compareTo(LONGEST_TIMEOUT) <= 0,
                    "must be a number with a unit from 1ms to 60s");
            timeout = value;
            return this;
        }

        /**
         * The settings.
         *
         * @throws IllegalArgumentException if they contradict each other
         */
        public RedisSettings build() {
            return new RedisSettings(this);
        }
    }
}
