// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.popbeforesmtp.redis.RedisCall;
import org.popbeforesmtp.redis.RedisClock;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisNoScriptException;

/** A script, which Redis runs atomically: no other command runs between its reads and its writes. */
final class Script {

    static final Script RECORD = load("record");
    static final Script RENEW = load("renew");
    static final Script REVOKE_ADDRESS = load("revoke-address");
    static final Script REVOKE_USER_BEGIN = load("revoke-user-begin");
    static final Script REVOKE_USER_AT = load("revoke-user-at");
    static final Script REVOKE_USER_END = load("revoke-user-end");
    static final Script FIND = load("find");
    static final Script READ_VALUES = load("read-values");
    static final Script CHANGE_VALUES = load("change-values");
    static final Script PUT_BLOCK = load("put-block");
    static final Script END_BLOCK = load("end-block");
    static final Script READ_BLOCKS = load("read-blocks");

    private static final long TOO_LATE = -1;

    private final String source;
    private final String sha1;

    private Script(String source) {
        this.source = source;
        this.sha1 = sha1(source);
    }

    private static Script load(String name) {
        return new Script(resource("common.lua") + resource(name + ".lua"));
    }

    /**
     * Runs it in time, or not at all. The first argument of each script is until when it may run, and what it returns begins
     * with the time there; -1 follows if that was too late.
     */
    List<?> run(RedisCall call, List<String> keys, Object... arguments) {
        List<?> reply = runOnce(call, keys, arguments);
        if (isTooLate(reply)) {
            // The reply is here in time, so the clocks are not as they were; now we know.
            reply = runOnce(call, keys, arguments);
        }
        if (isTooLate(reply)) {
            throw new JedisConnectionException("its clock jumps");
        }
        return reply;
    }

    private static boolean isTooLate(List<?> reply) {
        return reply.size() > 1 && reply.get(1).equals(TOO_LATE);
    }

    /** In one round trip unless Redis has not seen the script since it started. */
    private List<?> runOnce(RedisCall call, List<String> keys, Object... arguments) {
        RedisClock clock = call.master().clock();
        List<String> texts = new ArrayList<>();
        texts.add(Long.toString(clock.latest(call.deadline())));
        for (Object argument : arguments) {
            texts.add(argument.toString());
        }
        long before = clock.now();
        List<?> reply;
        try {
            reply = (List<?>) call.client().evalsha(sha1, keys, texts);
        } catch (JedisNoScriptException e) {
            reply = (List<?>) call.client().eval(source, keys, texts);
        }
        clock.observe((Long) reply.get(0), before);
        return reply;
    }

    private static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(Script.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha1(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.UTF_8));
            return String.format("%040x", new BigInteger(1, digest));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-1", e);
        }
    }
}
