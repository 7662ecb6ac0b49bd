// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.check;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A variable that James has left in a value because it is not set. */
final class UnsetVariable {

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{[^{}]*}");

    private UnsetVariable() {}

    /** The first one in a text. */
    static Optional<String> in(@Nullable String text) {
        Matcher matcher = VARIABLE.matcher(text == null ? "" : text);
        return matcher.find() ? Optional.of(matcher.group()) : Optional.empty();
    }

    /** What to do about a variable in a text; empty if there is none. */
    static String hint(@Nullable String text) {
        return in(text).map(name -> "; " + name + " is not set here: run check with James's environment")
                .orElse("");
    }
}
