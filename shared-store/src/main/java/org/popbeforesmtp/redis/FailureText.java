// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.redis;

import java.io.EOFException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/** What to make of a failure, and how to tell people without telling them a password. */
final class FailureText {

    /**
     * Error replies which say that this server does not serve us at all now. Redis 6.2 puts them in the middle of a
     * sentence where a script met them, later releases at its beginning.
     */
    private static final Pattern OUT_OF_SERVICE = Pattern.compile("\\b(LOADING|READONLY|MOVED|ASK|CLUSTERDOWN|TRYAGAIN"
            + "|MASTERDOWN|MISCONF|NOREPLICAS|BUSY|NOAUTH|WRONGPASS)\\b");

    private static final Pattern FULL = Pattern.compile("\\bOOM\\b");

    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cntrl}]+");
    private static final int LONGEST = 200;

    /** Taking a single letter out of all that is said would rather tell it. */
    private static final int SHORTEST_SECRET = 4;

    private final List<String> secrets;

    FailureText(List<String> secrets) {
        this.secrets = secrets.stream()
                .filter(secret -> secret.length() >= SHORTEST_SECRET)
                .sorted(Comparator.comparingInt(String::length).reversed())
                .collect(Collectors.toUnmodifiableList());
    }

    /** Whether a failure says something about Redis rather than about the one command that met it. */
    static boolean isOutage(RuntimeException failure) {
        return !(failure instanceof JedisDataException)
                || OUT_OF_SERVICE.matcher(String.valueOf(failure.getMessage())).find();
    }

    /** The failure in one line, for a log or a status. */
    String describe(Throwable failure) {
        String text = text(failure);
        for (String secret : secrets) {
            text = text.replace(secret, "***");
        }
        text = UNPRINTABLE.matcher(text).replaceAll(" ");
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }

    /** Whether Redis has reached its limit of memory and takes nothing new. */
    static boolean isFull(RuntimeException failure) {
        return failure instanceof JedisDataException
                && FULL.matcher(String.valueOf(failure.getMessage())).find();
    }

    /** Whether a connection broke, perhaps because it had been of no use for a while, rather than that nothing came. */
    static boolean isBrokenConnection(RuntimeException failure) {
        Throwable root = rootOf(failure);
        return !(failure instanceof JedisDataException)
                && !(root instanceof SocketTimeoutException)
                && !(root instanceof JedisDataException);
    }

    /** Some of the library's failures say why in their cause, others in what they suppressed. */
    private static Throwable rootOf(Throwable failure) {
        Throwable root = failure;
        while (!(root instanceof SSLException) && (root.getCause() != null || root.getSuppressed().length > 0)) {
            root = root.getCause() != null ? root.getCause() : root.getSuppressed()[0];
        }
        return root;
    }

    private static String text(Throwable failure) {
        if (String.valueOf(failure.getMessage()).startsWith("sentinel ") && failure.getCause() != null) {
            return failure.getMessage() + ": " + text(failure.getCause());
        }
        Throwable root = failure instanceof JedisException ? rootOf(failure) : failure;
        if (root instanceof SocketTimeoutException) {
            return "no answer in time";
        }
        if (root instanceof UnknownHostException) {
            return "unknown host " + root.getMessage();
        }
        if (root instanceof ConnectException || root instanceof NoRouteToHostException) {
            return String.valueOf(root.getMessage());
        }
        if (root instanceof EOFException || String.valueOf(root.getMessage()).startsWith("Unexpected end of stream")) {
            return "it closed the connection";
        }
        if (root instanceof SSLException) {
            return "TLS failed: " + root.getMessage();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }
}
