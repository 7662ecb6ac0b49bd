// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.redis;

import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.HostAndPort;

/** Where a Redis server or a sentinel listens: a host by name or address, and a port. */
final class Node {

    private static final Pattern HOST_AND_PORT = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[^\\s:\\[\\]]+)(?::(\\d{1,5}))?");

    private final String host;
    private final int port;

    private Node(String host, int port) {
        this.host = host;
        this.port = port;
    }

    static Node of(String host, int port) {
        return new Node(host, port);
    }

    /**
     * Reads {@code host}, {@code host:port} or {@code [2001:db8::1]:port}.
     *
     * @throws IllegalArgumentException if it is none of them
     */
    static Node parse(String text, int defaultPort) {
        Matcher matcher = HOST_AND_PORT.matcher(text.trim());
        if (!matcher.matches()) {
            throw new IllegalArgumentException(RedisUrl.RULE);
        }
        int port = matcher.group(2) == null ? defaultPort : Integer.parseInt(matcher.group(2));
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("must have a port from 1 to 65535");
        }
        String host = matcher.group(1);
        return new Node(host.startsWith("[") ? host.substring(1, host.length() - 1) : host, port);
    }

    HostAndPort toHostAndPort() {
        return new HostAndPort(host, port);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Node && host.equals(((Node) other).host) && port == ((Node) other).port;
    }

    @Override
    public int hashCode() {
        return Objects.hash(host, port);
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
