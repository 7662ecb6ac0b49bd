// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.redis;

import java.io.EOFException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.net.ssl.SSLException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/** What a failure means, and its text for a log or a status, without passwords. */
final class FailureText {

    /**
     * Error replies of a server that does not serve us at all now. Where they come from a script, Redis 6.2 puts them into
     * the middle of its message, later releases at the beginning.
     */
    private static final Pattern OUT_OF_SERVICE = Pattern.compile("\\b(LOADING|READONLY|MOVED|ASK|CLUSTERDOWN|TRYAGAIN"
            + "|MASTERDOWN|MISCONF|NOREPLICAS|BUSY|NOAUTH|WRONGPASS)\\b");

    private static final Pattern FULL = Pattern.compile("\\bOOM\\b");

    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cntrl}]+");
    private static final int LONGEST = 200;

    /** To remove a single letter from all messages would rather reveal it. */
    private static final int SHORTEST_SECRET = 4;

    private final List<String> secrets;

    FailureText(List<String> secrets) {
        this.secrets = secrets.stream()
                .filter(secret -> secret.length() >= SHORTEST_SECRET)
                .sorted(Comparator.comparingInt(String::length).reversed())
                .collect(Collectors.toUnmodifiableList());
    }

    /** What a caller is told whose work failed. */
    RedisException toException(RedisMaster master, RuntimeException failure) {
        String text = describe(failure);
        return isFull(failure) || isOutage(failure)
                ? new RedisUnavailableException(master + ": " + text, isFull(failure))
                : new RedisRefusalException("Redis refused: " + text);
    }

    /** Whether a failure concerns the server rather than one command. */
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

    /** Whether a connection broke, perhaps while it was idle, rather than that no answer came. */
    static boolean isBrokenConnection(RuntimeException failure) {
        Throwable root = rootOf(failure);
        return !(failure instanceof JedisDataException)
                && !(root instanceof SocketTimeoutException)
                && !(root instanceof JedisDataException);
    }

    /** Some of the library's exceptions have the reason as their cause, others among the suppressed ones. */
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
        if (root instanceof EOFException || String.valueOf(root.getMessage()).startsWith("Unexpected end of stream")) {
            return "it closed the connection";
        }
        if (root instanceof SSLException) {
            return "TLS failed: " + root.getMessage();
        }
        return root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
    }
}
