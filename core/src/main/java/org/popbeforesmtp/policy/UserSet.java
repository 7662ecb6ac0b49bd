// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.policy;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Users by name, and whole domains by {@code @domain}; upper and lower case are the same, as they are for James. */
public final class UserSet {

    private static final Pattern ENTRY = Pattern.compile("@?[\\p{Graph}&&[^@,]]+(@[\\p{Graph}&&[^@,]]+)?");

    private final Set<String> entries;

    private UserSet(Set<String> entries) {
        this.entries = Set.copyOf(entries);
    }

    /**
     * Reads a list.
     *
     * @throws IllegalArgumentException that says "must ..." if an entry is neither a user nor an {@code @domain}
     */
    public static UserSet parse(List<String> entries) {
        Set<String> all = new HashSet<>();
        for (String entry : entries) {
            if (!ENTRY.matcher(entry).matches() || entry.matches("@.*@.*")) {
                throw new IllegalArgumentException("must be a comma separated list of users and @domains");
            }
            all.add(entry.toLowerCase(Locale.ROOT));
        }
        return new UserSet(all);
    }

    public boolean isEmpty() {
        return entries.isEmpty();
    }

    public boolean contains(String user) {
        String name = user.toLowerCase(Locale.ROOT);
        int at = name.lastIndexOf('@');
        return entries.contains(name) || (at >= 0 && entries.contains(name.substring(at)));
    }
}
