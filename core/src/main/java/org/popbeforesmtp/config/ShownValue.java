// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.config;

import java.util.Locale;
import java.util.regex.Pattern;

/** How a value is shown in a message: on one line, not too long, and without what must stay secret. */
final class ShownValue {

    private static final String HIDDEN = "***";
    private static final int LONGEST = 200;

    /** Parts of words, so that a mistyped {@code redis.pasword} is hidden too. */
    private static final Pattern SECRET_KEY = Pattern.compile("pas|pw|auth|secret|token|credential");

    private static final Pattern URL_KEY = Pattern.compile("ur[li]");
    private static final Pattern NOT_PLAIN = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");

    /** Up to the last {@code @}, because a password may hold any character, that one included. */
    private static final Pattern CREDENTIALS = Pattern.compile("://.*@");

    private static final Pattern CREDENTIALS_WITHOUT_SCHEME = Pattern.compile("^(?!.*://).*@");

    private ShownValue() {}

    static boolean isSecret(String key) {
        return SECRET_KEY.matcher(key.toLowerCase(Locale.ROOT)).find();
    }

    static String hidden() {
        return HIDDEN;
    }

    static String of(String key, String value) {
        if (isSecret(key)) {
            return HIDDEN;
        }
        String text = CREDENTIALS.matcher(plain(value)).replaceAll("://" + HIDDEN + "@");
        if (URL_KEY.matcher(key.toLowerCase(Locale.ROOT)).find()) {
            text = CREDENTIALS_WITHOUT_SCHEME.matcher(text).replaceFirst(HIDDEN + "@");
        }
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }

    /** A text on one line, without anything that a terminal could take for a command. */
    static String plain(String text) {
        return NOT_PLAIN.matcher(text).replaceAll("?");
    }
}
