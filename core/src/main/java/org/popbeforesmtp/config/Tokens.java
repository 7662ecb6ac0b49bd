// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.config;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;

/**
 * Secrets of which a caller must know one. Several, so that one can be changed while callers still have the other. Only
 * their hashes are kept, and none is ever shown.
 */
public final class Tokens {

    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x2b\\x2d-\\x7e]{32,200}");

    private final List<byte[]> hashes;

    private Tokens(List<byte[]> hashes) {
        this.hashes = hashes;
    }

    /**
     * Reads tokens, separated by commas; none of an empty text.
     *
     * @throws IllegalArgumentException if one is too short to be hard to guess
     */
    static Tokens parse(String text) {
        List<byte[]> hashes = new ArrayList<>();
        for (String token : Parsers.list(text)) {
            if (!TOKEN.matcher(token).matches()) {
                throw new IllegalArgumentException("must be one or more tokens, separated by commas, each of 32 to 200"
                        + " characters of visible ASCII: openssl rand -hex 32 makes one");
            }
            hashes.add(hash(token));
        }
        return new Tokens(hashes);
    }

    public boolean isEmpty() {
        return hashes.isEmpty();
    }

    /** Whether a text is one of the tokens; how long that takes tells nothing about them. */
    public boolean contains(String text) {
        return contains(text, MessageDigest::isEqual);
    }

    /**
     * Compares with each of them, also when one is found.
     *
     * @param isEqual compares two hashes, in a time that does not depend on where they differ
     */
    boolean contains(String text, BiPredicate<byte[], byte[]> isEqual) {
        byte[] hash = hash(text);
        boolean found = false;
        for (byte[] known : hashes) {
            found |= isEqual.test(known, hash);
        }
        return found;
    }

    private static byte[] hash(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String toString() {
        return hashes.size() + " tokens";
    }
}
