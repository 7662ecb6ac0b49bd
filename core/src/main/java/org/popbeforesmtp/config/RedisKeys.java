// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.popbeforesmtp.redis.RedisSettings;
import org.popbeforesmtp.redis.RedisSettings.Topology;

/**
 * Reads the {@code redis.*} keys. If {@code redis.url} is not set, James's own {@code conf/redis.properties} applies,
 * except for keys that our file sets itself.
 */
final class RedisKeys {

    private static final String DEFAULT_URL = "redis://localhost:6379";
    private static final String JAMES_URL = "redisURL";
    private static final String OF_JAMES = " of redis.properties";

    /** What settings that contradict each other depend on. */
    private static final List<String> NAMES =
            List.of("redis.url", JAMES_URL + OF_JAMES, "redis.topology", "redis.topology" + OF_JAMES);

    private static final Duration SHORTEST_TIMEOUT = Duration.ofMillis(10);
    private static final Duration LONGEST_TIMEOUT = Duration.ofSeconds(10);
    private static final String TIMEOUT_RULE =
            "must be a number with a unit (ms, s, m, h, d) from 10ms to 10s, such as 250ms";
    private static final String JRE_TRUST_STORE_PASSWORD = "changeit";

    private final ConfigurationReader in;
    private final Map<String, String> inherited;

    private RedisKeys(ConfigurationReader in, Map<String, String> inherited) {
        this.in = in;
        this.inherited = inherited;
    }

    /**
     * Reads the keys.
     *
     * @param james the keys and values of James's own {@code redis.properties}; none if James has no such file
     */
    static RedisSettings read(ConfigurationReader in, Map<String, String> james) {
        Optional<String> url = in.readOptional("redis.url", DEFAULT_URL, RedisKeys::url);
        boolean isOwn = url.isPresent() || in.isRejected("redis.url");
        return new RedisKeys(in, isOwn ? Map.of() : new HashMap<>(james)).settings(url);
    }

    private RedisSettings settings(Optional<String> ownUrl) {
        String url = ownUrl.or(this::jamesUrl).orElse(DEFAULT_URL);
        RedisSettings.Builder settings =
                RedisSettings.at(url).topology(topology()).timeout(timeout());
        in.read("redis.keyPrefix", "pbs", settings::keyPrefix);
        readCredentials(settings);
        readCertificates(settings);
        try {
            return settings.build();
        } catch (IllegalArgumentException e) {
            rejectContradiction(ownUrl.isEmpty() && inherited.containsKey(JAMES_URL), url, e);
            return RedisSettings.at(DEFAULT_URL).build();
        }
    }

    private Duration timeout() {
        return in.read("redis.timeout", "250ms", Parsers.duration(SHORTEST_TIMEOUT, LONGEST_TIMEOUT, TIMEOUT_RULE));
    }

    private void readCredentials(RedisSettings.Builder settings) {
        text("redis.username").ifPresent(settings::username);
        text("redis.password").ifPresent(settings::password);
        text("redis.sentinel.master").ifPresent(settings::sentinelMaster);
        text("redis.sentinelPassword").ifPresent(settings::sentinelPassword);
    }

    private void readCertificates(RedisSettings.Builder settings) {
        boolean ignored = in.readOptional("redis.ignoreCertificateCheck", "false", Parsers::bool)
                .or(() -> inheritedValue("redis.ignoreCertificateCheck", Parsers::bool))
                .orElse(false);
        if (ignored) {
            settings.withoutCertificateCheck();
        }
        String password = text("redis.keystore.password").orElse(JRE_TRUST_STORE_PASSWORD);
        text("redis.keystore.file.path")
                .ifPresent(path -> settings.keyStore(Path.of(path.replaceFirst("^file://", "")), password));
    }

    /** If each value was valid by itself; if one was not, that problem is already reported. */
    private void rejectContradiction(boolean isOfJames, String url, IllegalArgumentException rule) {
        if (NAMES.stream().noneMatch(in::isRejected)) {
            in.reject(isOfJames ? JAMES_URL + OF_JAMES : "redis.url", url, String.valueOf(rule.getMessage()));
        }
    }

    private static String url(String text) {
        RedisSettings.at(text);
        return text;
    }

    private Optional<String> jamesUrl() {
        return inheritedValue(JAMES_URL, RedisKeys::url);
    }

    private Topology topology() {
        Topology otherwise =
                Boolean.parseBoolean(inherited.get("cluster.enabled")) ? Topology.CLUSTER : Topology.STANDALONE;
        return in.readOptional("redis.topology", "standalone", Parsers.word(Topology.class))
                .or(() -> inheritedValue("redis.topology", RedisKeys::jamesTopology))
                .orElse(otherwise);
    }

    /** James has one more word, for a master with replicas: of several servers ours looks for the master itself. */
    private static Topology jamesTopology(String text) {
        return text.equals("master-replica")
                ? Topology.STANDALONE
                : Parsers.word(Topology.class).apply(text);
    }

    /** The text of a key of our file, or else of the same key of James's; nothing if it is empty. */
    private Optional<String> text(String key) {
        return in.readOptional(key, Function.identity())
                .or(() -> inheritedValue(key, Function.identity()))
                .filter(text -> !text.isEmpty());
    }

    private <T> Optional<T> inheritedValue(String key, Function<String, T> parser) {
        String value = inherited.get(key);
        if (value == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(parser.apply(ConfigurationReader.withoutVariables(value.trim())));
        } catch (IllegalArgumentException e) {
            in.reject(key + OF_JAMES, value, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }
}
