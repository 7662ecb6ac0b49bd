// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.store;

import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a user proved who they are, or who vouched for them: a short lower-case word that is stored and shown.
 *
 * <p>Not an enum, so that a store that several releases share may hold words that this release does not know.
 */
public final class Protocol {

    /** A login at James's POP3 server. */
    public static final Protocol POP3 = new Protocol("pop3");

    /** A login at James's IMAP server. */
    public static final Protocol IMAP = new Protocol("imap");

    /** A call from a POP3 server that speaks DRAC; it names no user. */
    public static final Protocol DRAC = new Protocol("drac");

    /** An administrator, or a program on their behalf, through WebAdmin. */
    public static final Protocol MANUAL = new Protocol("manual");

    private static final Map<String, Protocol> KNOWN =
            Map.of("pop3", POP3, "imap", IMAP, "drac", DRAC, "manual", MANUAL);
    private static final Pattern WORD = Pattern.compile("[a-z0-9][a-z0-9-]{0,15}");

    private final String name;

    private Protocol(String name) {
        this.name = name;
    }

    /**
     * The protocol of that name.
     *
     * @throws IllegalArgumentException unless it is 1 to 16 lower-case letters, digits and hyphens
     */
    public static Protocol of(String name) {
        Protocol known = KNOWN.get(name);
        if (known != null) {
            return known;
        }
        if (!WORD.matcher(name).matches()) {
            throw new IllegalArgumentException("must be 1 to 16 lower-case letters, digits and hyphens");
        }
        return new Protocol(name);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Protocol && name.equals(((Protocol) other).name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }
}
