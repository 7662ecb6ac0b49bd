// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import java.util.function.Function;

/** An invalid request; the message gives the reason and the rule. */
final class BadRequest extends RuntimeException {

    private static final int LONGEST_SHOWN = 200;

    BadRequest(String message) {
        super(message);
    }

    /** In the words of the configuration's problems: {@code address was 'x' but it must be ...}. */
    static BadRequest of(String name, String value, String rule) {
        String shown = value.length() <= LONGEST_SHOWN ? value : value.substring(0, LONGEST_SHOWN) + "...";
        return new BadRequest(name + " was '" + shown + "' but it " + rule);
    }

    /**
     * Reads a value.
     *
     * @param parser throws an {@link IllegalArgumentException} that says "must ..." of a bad value
     */
    static <T> T unlessParsed(String name, String value, Function<String, T> parser) {
        try {
            return parser.apply(value);
        } catch (IllegalArgumentException e) {
            throw of(name, value, String.valueOf(e.getMessage()));
        }
    }
}
