// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.config;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads keys one by one and remembers what is wrong with them, so that an operator learns of all problems at once. A key
 * that nobody asked for is a problem too.
 */
final class ConfigurationReader {

    /** Of UTF-8 and UTF-16, as such and as they look when they are read as ISO-8859-1. */
    private static final List<String> BYTE_ORDER_MARKS =
            List.of("\uFEFF", "\u00EF\u00BB\u00BF", "\u00FE\u00FF", "\u00FF\u00FE");
    /** If a variable has no value, James's reader leaves its name; used as a password that would be hard to find. */
    private static final Pattern UNSET_VARIABLE = Pattern.compile("\\$\\{[^{}]*}");

    private final Map<String, String> values;
    private final Set<String> repeated;
    private final SortedMap<String, String> known = new TreeMap<>();
    private final List<String> problems = new ArrayList<>();
    private final Set<String> rejected = new HashSet<>();

    /**
     * A reader.
     *
     * @param repeated the keys that are given more than once; their values are joined by commas
     */
    ConfigurationReader(Map<String, String> values, Set<String> repeated) {
        this.values = values;
        this.repeated = repeated;
    }

    /**
     * The value of a key.
     *
     * @param defaultText the default; it must be valid
     * @param parser throws an {@link IllegalArgumentException} that says "must ..." of a bad text
     */
    <T> T read(String key, String defaultText, Function<String, T> parser) {
        Optional<T> value = readOptional(key, parser);
        known.put(key, defaultText);
        return value.orElseGet(() -> parser.apply(defaultText));
    }

    /** The value of a key that has no default. */
    <T> Optional<T> readOptional(String key, Function<String, T> parser) {
        return readOptional(key, "", parser);
    }

    /**
     * The value of a key whose default depends on something else.
     *
     * @param usualDefault the text of the usual default
     */
    <T> Optional<T> readOptional(String key, String usualDefault, Function<String, T> parser) {
        known.put(key, usualDefault);
        String value = values.get(key);
        if (value == null) {
            return Optional.empty();
        }
        if (repeated.contains(key)) {
            reject(key, value, "must not be given twice");
            return Optional.empty();
        }
        try {
            return Optional.of(parser.apply(withoutVariables(value.trim())));
        } catch (IllegalArgumentException e) {
            reject(key, value, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /**
     * The text itself.
     *
     * @throws IllegalArgumentException if it names a variable, which James would have replaced if it had a value
     */
    static String withoutVariables(String text) {
        Matcher variable = UNSET_VARIABLE.matcher(text);
        if (variable.find()) {
            throw new IllegalArgumentException("must not name a variable that is not set: " + variable.group());
        }
        return text;
    }

    /** Whether a key has an invalid value: the default used instead must not cause a second problem. */
    boolean isRejected(String key) {
        return rejected.contains(key);
    }

    /** Notes a rule that a value breaks together with others. */
    void reject(String key, String value, String rule) {
        rejected.add(key);
        note(key, ShownValue.of(key, value), rule);
    }

    private void note(String key, String shownValue, String rule) {
        problems.add(ShownValue.plain(key) + " was '" + shownValue + "' but it " + ShownValue.plain(rule));
    }

    /** The keys that were asked for, each with the text of its default, which is empty if it has none. */
    SortedMap<String, String> known() {
        return Collections.unmodifiableSortedMap(known);
    }

    /** The keys that were asked for, each with its value, or else with the text of its default. */
    SortedMap<String, String> inForce() {
        SortedMap<String, String> inForce = new TreeMap<>(known);
        inForce.replaceAll((key, usual) -> values.getOrDefault(key, usual).trim());
        return Collections.unmodifiableSortedMap(inForce);
    }

    /**
     * Ends the reading.
     *
     * @throws InvalidConfigurationException if anything was wrong
     */
    void finish() {
        values.forEach((key, value) -> {
            if (!known.containsKey(key)) {
                rejectUnknown(key, value);
            }
        });
        if (!problems.isEmpty()) {
            throw new InvalidConfigurationException(problems);
        }
    }

    private void rejectUnknown(String key, String value) {
        Optional<String> mark =
                BYTE_ORDER_MARKS.stream().filter(key::startsWith).findFirst();
        if (mark.isPresent()) {
            // Its first line would be an unknown key that looks like a known one, or a comment that is none.
            problems.add("pop-before-smtp.properties begins with a byte order mark but it must not:"
                    + " save it as plain text, ISO-8859-1 or UTF-8 without a byte order mark");
            return;
        }
        String nearest = Spelling.nearest(key, known.keySet());
        note(
                key,
                ShownValue.isSecret(nearest) ? ShownValue.hidden() : ShownValue.of(key, value),
                "must not be there: it is not a known key"
                        + Spelling.meant(key, known.keySet())
                                .map(meant -> "; did you mean " + meant + "?")
                                .orElse(""));
    }
}
