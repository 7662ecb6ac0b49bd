// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Reads keys one by one and remembers what is wrong with them, so that an operator learns of all problems at once. A key
 * that nobody asked for is a problem too.
 */
final class ConfigurationReader {

    private static final Pattern CREDENTIALS = Pattern.compile("://[^@/\\s]*@");
    private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");
    private static final int LONGEST_SHOWN = 200;

    private final Map<String, String> values;
    private final TreeSet<String> known = new TreeSet<>();
    private final List<String> problems = new ArrayList<>();

    ConfigurationReader(Map<String, String> values) {
        this.values = values;
    }

    /**
     * The value of a key.
     *
     * @param defaultText what holds if the key is not set; it must be valid
     * @param parser throws an {@link IllegalArgumentException} that says "must ..." of a bad text
     */
    <T> T read(String key, String defaultText, Function<String, T> parser) {
        return readOptional(key, parser).orElseGet(() -> parser.apply(defaultText));
    }

    /** The value of a key that has no default. */
    <T> Optional<T> readOptional(String key, Function<String, T> parser) {
        known.add(key);
        String value = values.get(key);
        if (value == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(parser.apply(value.trim()));
        } catch (IllegalArgumentException e) {
            reject(key, value, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /** Notes a rule that a value breaks together with others. */
    void reject(String key, String value, String rule) {
        problems.add(key + " was '" + shown(key, value) + "' but it " + rule);
    }

    /**
     * Ends the reading.
     *
     * @throws InvalidConfigurationException if anything was wrong
     */
    void finish() {
        values.forEach((key, value) -> {
            if (!known.contains(key)) {
                reject(key, value, "must not be there: it is not a known key; did you mean " + nearest(key) + "?");
            }
        });
        if (!problems.isEmpty()) {
            throw new InvalidConfigurationException(problems);
        }
    }

    private static String shown(String key, String value) {
        if (key.toLowerCase(java.util.Locale.ROOT).contains("pass")) {
            return "***";
        }
        String text =
                CREDENTIALS.matcher(CONTROL.matcher(value).replaceAll("?")).replaceAll("://***@");
        return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + "...";
    }

    private String nearest(String key) {
        String nearest = known.first();
        for (String candidate : known) {
            if (distance(key, candidate) < distance(key, nearest)) {
                nearest = candidate;
            }
        }
        return nearest;
    }

    /** How many letters to insert, delete or change to make one word of the other (Levenshtein). */
    private static int distance(String from, String to) {
        int[] previous = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int[] current = new int[to.length() + 1];
            current[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int change = previous[j - 1] + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(change, 1 + Math.min(previous[j], current[j - 1]));
            }
            previous = current;
        }
        return previous[to.length()];
    }
}
