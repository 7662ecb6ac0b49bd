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

    /** It gets the keys of {@link GrantKeys#toRead}, the next four those of {@link GrantKeys#toWrite}. */
    static final Script FIND = load("address", "find");

    static final Script RECORD = load("address", "grants", "record");
    static final Script RENEW = load("address", "grants", "renew");
    static final Script REVOKE_ADDRESS = load("address", "grants", "revoke-address");
    static final Script REVOKE_USER_REMOVE = load("address", "grants", "revoke-user-remove");

    static final Script REVOKE_USER_BEGIN = load("revoke-user-begin");
    static final Script REVOKE_USER_END = load("revoke-user-end");
    static final Script CHANGE_BLOCK = load("change-block");
    static final Script VALUES = load("values");

    private final String source;
    private final String sha1;

    private Script(String source) {
        this.source = source;
        this.sha1 = sha1(source);
    }

    private static Script load(String... names) {
        StringBuilder source = new StringBuilder(resource("common.lua"));
        for (String name : names) {
            source.append(resource(name + ".lua"));
        }
        return new Script(source.toString());
    }

    /** Runs it in time, or not at all: the first argument of each script is until when it may run. */
    Reply run(RedisCall call, List<String> keys, Object... arguments) {
        Reply reply = runOnce(call, keys, arguments);
        if (reply.has("too_late")) {
            // The reply is here in time, so the clocks are not as they were; now we know.
            reply = runOnce(call, keys, arguments);
        }
        if (reply.has("too_late")) {
            throw new JedisConnectionException("its clock jumps");
        }
        return reply;
    }

    /** In one round trip unless Redis has not seen the script since it started. */
    private Reply runOnce(RedisCall call, List<String> keys, Object... arguments) {
        RedisClock clock = call.master().clock();
        List<String> texts = new ArrayList<>();
        texts.add(Long.toString(clock.latest(call.deadline())));
        for (Object argument : arguments) {
            texts.add(argument.toString());
        }
        long before = clock.now();
        Object reply;
        try {
            reply = call.client().evalsha(sha1, keys, texts);
        } catch (JedisNoScriptException e) {
            reply = call.client().eval(source, keys, texts);
        }
        return new Reply(reply, clock, before);
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
