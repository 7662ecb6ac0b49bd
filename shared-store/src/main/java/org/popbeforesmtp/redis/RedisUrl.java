// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.redis;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.SslVerifyMode;

/**
 * One Redis URL as James's {@code redisURL} takes it, which is what Lettuce's RedisURI reads:
 * {@code redis[s]://[[user:]password@]host[:port][,host[:port]][/database][?database=&verifyPeer=&sentinelMasterId=]}, and
 * {@code redis[s]-sentinel://...#masterId}. Other parameters that Lettuce knows, such as {@code timeout}, are ignored.
 *
 * <p>Not read with {@link java.net.URI}, which refuses lists of hosts and host names with an underscore.
 */
final class RedisUrl {

    private static final String RULE =
            "must be redis://[[user:]password@]host[:port][/database], rediss:// for TLS, or "
                    + "redis-sentinel://host[:port],host[:port]#masterId";

    private static final String SCHEME = "(?:rediss?|redis\\+ssl|rediss?-sentinel)";
    private static final Pattern URL = Pattern.compile("(?<scheme>" + SCHEME + ")://(?:(?<user>[^/?#]*)@)?"
            + "(?<hosts>[^/?#@]+)(?:/(?<database>\\d{0,5}))?(?:\\?(?<query>[^#]*))?(?:#(?<fragment>.*))?");
    private static final Pattern BETWEEN_URLS = Pattern.compile("\\s*,\\s*(?=" + SCHEME + "://)");
    private static final Pattern HOST_AND_PORT = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[^\\s:\\[\\]]+)(?::(\\d{1,5}))?");
    private static final Map<String, SslVerifyMode> VERIFY_MODES = Map.of(
            "NONE", SslVerifyMode.INSECURE,
            "FALSE", SslVerifyMode.INSECURE,
            "CA", SslVerifyMode.CA,
            "FULL", SslVerifyMode.FULL,
            "TRUE", SslVerifyMode.FULL);

    private final Matcher url;

    private RedisUrl(Matcher url) {
        this.url = url;
    }

    /**
     * Reads one URL, or several with commas between them.
     *
     * @throws IllegalArgumentException if one of them is none, without repeating what it was
     */
    static List<RedisUrl> parseAll(String text) {
        return BETWEEN_URLS
                .splitAsStream(text.trim())
                .map(url -> new RedisUrl(matched(URL, url)))
                .collect(Collectors.toUnmodifiableList());
    }

    private static Matcher matched(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        require(matcher.matches(), RULE);
        return matcher;
    }

    boolean isSentinel() {
        return url.group("scheme").endsWith("-sentinel");
    }

    boolean isTls() {
        return url.group("scheme").matches("rediss.*|redis\\+ssl");
    }

    Stream<HostAndPort> nodes(int defaultPort) {
        return Arrays.stream(url.group("hosts").split(",", -1)).map(node -> node(node.trim(), defaultPort));
    }

    private static HostAndPort node(String text, int defaultPort) {
        Matcher parts = matched(HOST_AND_PORT, text);
        int port = parts.group(2) == null ? defaultPort : Integer.parseInt(parts.group(2));
        require(port >= 1 && port <= 65_535, "must have a port from 1 to 65535");
        return new HostAndPort(parts.group(1), port);
    }

    /** The user, if there is one beside the password. */
    Optional<String> username() {
        return part("user")
                .filter(user -> user.indexOf(':') > 0)
                .map(user -> decoded(user.substring(0, user.indexOf(':'))));
    }

    /** The password: what comes after the colon, or all of it if there is none. */
    Optional<String> password() {
        return part("user")
                .map(user -> decoded(user.substring(user.indexOf(':') + 1)))
                .filter(password -> !password.isEmpty());
    }

    int database() {
        String database = part("database").or(() -> parameter("database")).orElse("0");
        require(database.matches("\\d{1,5}"), "must name a database by its number");
        return Integer.parseInt(database);
    }

    Optional<String> sentinelMaster() {
        return parameter("sentinelMasterId").or(() -> part("fragment").map(RedisUrl::decoded));
    }

    /** What is checked of the server's certificate; without {@code verifyPeer}, its authority and the host. */
    SslVerifyMode verifyMode() {
        String name = parameter("verifyPeer").orElse("FULL").toUpperCase(Locale.ROOT);
        return Optional.ofNullable(VERIFY_MODES.get(name))
                .orElseThrow(() -> new IllegalArgumentException("must have verifyPeer=FULL, CA or NONE"));
    }

    private Optional<String> part(String name) {
        return Optional.ofNullable(url.group(name)).filter(text -> !text.isEmpty());
    }

    private Optional<String> parameter(String name) {
        return Arrays.stream(part("query").orElse("").split("&", -1))
                .filter(pair -> pair.startsWith(name + "="))
                .map(pair -> decoded(pair.substring(name.length() + 1)))
                .findFirst();
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

    static void require(boolean condition, String rule) {
        if (!condition) {
            throw new IllegalArgumentException(rule);
        }
    }
}
