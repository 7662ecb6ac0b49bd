// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.redis;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the shared Redis is and how to reach it. Immutable; {@link #toString()} leaves passwords out.
 *
 * <p>A rule that a value breaks is told as the message of an {@link IllegalArgumentException}, "must ...", which never
 * repeats the value.
 */
public final class RedisSettings {

    /** How the Redis servers stand to each other. */
    public enum Topology {
        /** One server; of several that are named, the one that accepts writes. */
        STANDALONE,
        /** A Redis cluster; the nodes named are asked for the others. */
        CLUSTER,
        /** Sentinels know which server is the master. */
        SENTINEL
    }

    /** What is checked of the server's certificate. */
    public enum PeerCheck {
        /** An authority that is trusted has issued it, and for this host. */
        FULL,
        /** An authority that is trusted has issued it. */
        CA,
        /** Nothing: anybody on the way can read and change what is stored. */
        NONE
    }

    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9._:-]{1,64}");
    private static final Duration LONGEST_TIMEOUT = Duration.ofSeconds(60);

    final Topology topology;
    final List<Node> nodes;
    final boolean tls;
    final PeerCheck peerCheck;
    final Optional<KeyFile> keyStore;
    final Optional<KeyFile> trustStore;
    final Credentials credentials;
    final Credentials sentinelCredentials;
    final int database;
    final String sentinelMaster;
    final String keyPrefix;
    final Duration timeout;

    private RedisSettings(Builder builder) {
        boolean bySentinel = builder.isBySentinel();
        this.topology = bySentinel ? Topology.SENTINEL : builder.topology;
        this.nodes = builder.urls.stream()
                .flatMap(url -> url.nodes(bySentinel).stream())
                .collect(Collectors.toUnmodifiableList());
        RedisUrl first = builder.urls.get(0);
        this.tls = first.isTls();
        this.peerCheck = builder.peerCheck.or(first::peerCheck).orElse(PeerCheck.FULL);
        this.keyStore = builder.keyStore;
        this.trustStore = builder.trustStore;
        this.credentials = Credentials.of(builder.username.or(first::username), builder.password.or(first::password));
        this.sentinelCredentials = Credentials.of(Optional.empty(), builder.sentinelPassword);
        this.database = first.database();
        this.sentinelMaster = builder.sentinelMaster.or(first::sentinelMaster).orElse("");
        this.keyPrefix = builder.keyPrefix;
        this.timeout = builder.timeout;
        require(builder.urls.stream().allMatch(url -> url.isTls() == tls), "must use TLS for all servers or for none");
        require(topology != Topology.SENTINEL || !sentinelMaster.isEmpty(), "must name the sentinels' master");
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
        return Stream.of(credentials, sentinelCredentials)
                .flatMap(each -> each.password().stream())
                .collect(Collectors.toUnmodifiableList());
    }

    private static void require(boolean condition, String rule) {
        if (!condition) {
            throw new IllegalArgumentException(rule);
        }
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
        return "Redis " + topology + " at " + nodes + (tls ? " over TLS (" + peerCheck + ")" : "") + ", database "
                + database + ", " + credentials + ", prefix " + keyPrefix + ", timeout " + timeout;
    }

    /** A file with keys or certificates, and the password that opens it. */
    static final class KeyFile {

        final Path path;
        final String password;

        KeyFile(Path path, String password) {
            this.path = path;
            this.password = password;
        }
    }

    /** Collects the settings that differ from the defaults; what is set here goes before what the URL says. */
    public static final class Builder {

        private final List<RedisUrl> urls;
        private Topology topology = Topology.STANDALONE;
        private Optional<PeerCheck> peerCheck = Optional.empty();
        private Optional<KeyFile> keyStore = Optional.empty();
        private Optional<KeyFile> trustStore = Optional.empty();
        private Optional<String> username = Optional.empty();
        private Optional<String> password = Optional.empty();
        private Optional<String> sentinelPassword = Optional.empty();
        private Optional<String> sentinelMaster = Optional.empty();
        private String keyPrefix = "pbs";
        private Duration timeout = Duration.ofMillis(250);

        private Builder(List<RedisUrl> urls) {
            this.urls = urls;
        }

        private boolean isBySentinel() {
            require(
                    topology != Topology.CLUSTER || !urls.get(0).isSentinel(),
                    "must not name sentinels: a cluster has none");
            return topology == Topology.SENTINEL || urls.get(0).isSentinel();
        }

        /** How the servers stand to each other; a URL that begins with {@code redis-sentinel:} says it itself. */
        public Builder topology(Topology value) {
            topology = value;
            return this;
        }

        /** The user of Redis's access control list; only together with a password. */
        public Builder username(@Nullable String value) {
            username = Optional.ofNullable(value);
            return this;
        }

        public Builder password(@Nullable String value) {
            password = Optional.ofNullable(value);
            return this;
        }

        /** The name that the sentinels have for the master. */
        public Builder sentinelMaster(@Nullable String value) {
            sentinelMaster = Optional.ofNullable(value);
            return this;
        }

        /** The password of the sentinels themselves. */
        public Builder sentinelPassword(@Nullable String value) {
            sentinelPassword = Optional.ofNullable(value);
            return this;
        }

        public Builder peerCheck(@Nullable PeerCheck value) {
            peerCheck = Optional.ofNullable(value);
            return this;
        }

        /**
         * A JKS or PKCS#12 file with a key of our own, if the server asks for one, and with the certificates of the
         * authorities to trust, unless {@link #trustStore} names another file for these.
         */
        public Builder keyStore(Path file, String filePassword) {
            keyStore = Optional.of(new KeyFile(file, filePassword));
            return this;
        }

        /** A JKS or PKCS#12 file with the certificates of the authorities to trust, instead of the Java runtime's. */
        public Builder trustStore(Path file, String filePassword) {
            trustStore = Optional.of(new KeyFile(file, filePassword));
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
