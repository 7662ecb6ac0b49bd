// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Names a value in a {@link ValueStore}: what kind of value it is, and a name that no other value of this kind has. */
public final class ValueKey {

    private static final Pattern KIND = Pattern.compile("[a-z][a-z0-9-]{0,31}");
    private static final int LONGEST_NAME = 1_000;

    private final String kind;
    private final String name;

    private ValueKey(String kind, String name) {
        this.kind = kind;
        this.name = name;
    }

    /**
     * A key.
     *
     * @param kind up to 32 lower-case letters, digits and hyphens
     * @param name any text of 1 to 1,000 characters
     * @throws IllegalArgumentException if it is not that
     */
    public static ValueKey of(String kind, String name) {
        if (!KIND.matcher(kind).matches() || name.isEmpty() || name.length() > LONGEST_NAME) {
            throw new IllegalArgumentException("no key of a value: " + kind + ", a name of " + name.length());
        }
        return new ValueKey(kind, name);
    }

    /**
     * What {@link #toString} said.
     *
     * @throws IllegalArgumentException if it cannot have said that
     */
    public static ValueKey parse(String text) {
        int colon = Math.max(0, text.indexOf(':'));
        return of(text.substring(0, colon), text.substring(Math.min(text.length(), colon + 1)));
    }

    public String kind() {
        return kind;
    }

    public String name() {
        return name;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ValueKey
                && kind.equals(((ValueKey) other).kind)
                && name.equals(((ValueKey) other).name);
    }

    @Override
    public int hashCode() {
        return 31 * kind.hashCode() + name.hashCode();
    }

    /** Its kind, a colon and its name. */
    @Override
    public String toString() {
        return kind + ":" + name;
    }
}
