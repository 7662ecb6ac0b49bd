// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.redis;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.popbeforesmtp.redis.RedisSettings.PeerCheck;

/**
 * One Redis URL as James's {@code redisURL} takes it, which is what Lettuce's RedisURI reads:
 * {@code redis[s]://[[user:]password@]host[:port][,host[:port]][/database][?database=&verifyPeer=&sentinelMasterId=]}, and
 * {@code redis[s]-sentinel://...#masterId}. Other parameters that Lettuce knows, such as {@code timeout}, are passed over.
 *
 * <p>Not read with {@link java.net.URI}, which refuses lists of hosts and host names with an underscore.
 */
final class RedisUrl {

    static final String RULE = "must be redis://[[user:]password@]host[:port][/database], rediss:// for TLS, or "
            + "redis-sentinel://host[:port],host[:port]#masterId";

    private static final String SCHEME = "(rediss?|redis\\+ssl|rediss?-sentinel)";
    private static final Pattern URL =
            Pattern.compile(SCHEME + "://(?:([^/?#]*)@)?([^/?#@]+)(?:/(\\d{0,5}))?(?:\\?([^#]*))?(?:#(.*))?");
    private static final Pattern BETWEEN_URLS = Pattern.compile("\\s*,\\s*(?=" + SCHEME + "://)");
    private static final int REDIS_PORT = 6379;
    private static final int SENTINEL_PORT = 26_379;

    private final boolean sentinel;
    private final boolean tls;
    private final Optional<String> userInfo;
    private final String hosts;
    private final String path;
    private final String query;
    private final String fragment;

    private RedisUrl(Matcher matcher) {
        this.sentinel = matcher.group(1).endsWith("-sentinel");
        this.tls = !matcher.group(1).startsWith("redis-") && !matcher.group(1).equals("redis");
        this.userInfo = Optional.ofNullable(matcher.group(2));
        this.hosts = matcher.group(3);
        this.path = Optional.ofNullable(matcher.group(4)).orElse("");
        this.query = Optional.ofNullable(matcher.group(5)).orElse("");
        this.fragment = Optional.ofNullable(matcher.group(6)).orElse("");
    }

    /**
     * Reads one URL, or several with commas between them.
     *
     * @throws IllegalArgumentException if one of them is none, without repeating what it was
     */
    static List<RedisUrl> parseAll(String text) {
        List<RedisUrl> urls = new ArrayList<>();
        for (String part : BETWEEN_URLS.split(text.trim(), -1)) {
            Matcher matcher = URL.matcher(part);
            if (!matcher.matches()) {
                throw new IllegalArgumentException(RULE);
            }
            urls.add(new RedisUrl(matcher));
        }
        return urls;
    }

    boolean isSentinel() {
        return sentinel;
    }

    boolean isTls() {
        return tls;
    }

    List<Node> nodes(boolean areSentinels) {
        List<Node> nodes = new ArrayList<>();
        for (String host : hosts.split(",", -1)) {
            nodes.add(Node.parse(host, areSentinels ? SENTINEL_PORT : REDIS_PORT));
        }
        return nodes;
    }

    /** The user, if there is one beside the password. */
    Optional<String> username() {
        return userInfo.filter(info -> info.indexOf(':') > 0)
                .map(info -> decoded(info.substring(0, info.indexOf(':'))));
    }

    /** The password: what comes after the colon, or all of it if there is none. */
    Optional<String> password() {
        return userInfo.map(info -> decoded(info.substring(info.indexOf(':') + 1)))
                .filter(password -> !password.isEmpty());
    }

    int database() {
        String database = path.isEmpty() ? parameter("database").orElse("0") : path;
        if (!database.matches("\\d{1,5}")) {
            throw new IllegalArgumentException("must name a database by its number");
        }
        return Integer.parseInt(database);
    }

    Optional<String> sentinelMaster() {
        return parameter("sentinelMasterId")
                .or(() -> Optional.of(decoded(fragment)).filter(text -> !text.isEmpty()));
    }

    Optional<PeerCheck> peerCheck() {
        return parameter("verifyPeer").map(mode -> {
            switch (mode.toUpperCase(Locale.ROOT)) {
                case "NONE":
                case "FALSE":
                    return PeerCheck.NONE;
                case "CA":
                    return PeerCheck.CA;
                case "FULL":
                case "TRUE":
                    return PeerCheck.FULL;
                default:
                    throw new IllegalArgumentException("must have verifyPeer=FULL, CA or NONE");
            }
        });
    }

    private Optional<String> parameter(String name) {
        for (String pair : query.split("&", -1)) {
            if (pair.startsWith(name + "=")) {
                return Optional.of(decoded(pair.substring(name.length() + 1)));
            }
        }
        return Optional.empty();
    }

    private static String decoded(String text) {
        try {
            // A plus sign in a password is a plus sign.
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            // Its message would repeat the text.
            throw new IllegalArgumentException("must have its special characters percent-encoded");
        }
    }
}
