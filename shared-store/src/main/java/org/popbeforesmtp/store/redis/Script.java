// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Objects;
import redis.clients.jedis.UnifiedJedis;
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

    private final String source;
    private final String sha1;

    private Script(String source) {
        this.source = source;
        this.sha1 = sha1(source);
    }

    private static Script load(String name) {
        return new Script(resource("common.lua") + resource(name + ".lua"));
    }

    /** Runs it, in one round trip unless Redis has not seen it since it started. */
    List<?> run(UnifiedJedis client, List<String> keys, List<String> arguments) {
        try {
            return (List<?>) client.evalsha(sha1, keys, arguments);
        } catch (JedisNoScriptException e) {
            return (List<?>) client.eval(source, keys, arguments);
        }
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
