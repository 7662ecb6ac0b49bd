// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.check;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a properties file as James does: with {@code ${env:NAME}}, {@code ${sys:name}} and {@code ${env:NAME:-default}}, and
 * without the blanks and the empty parts beside commas.
 */
final class PropertiesFile {

    private static final Pattern VARIABLE = Pattern.compile("\\$\\{(env|sys):([^}]+?)(?::-([^}]*))?}");

    private PropertiesFile() {}

    /** The keys and values; none if there is no such file. */
    static Map<String, String> read(Path file) throws IOException {
        Map<String, String> entries = new TreeMap<>();
        if (Files.exists(file)) {
            Properties properties = new AllValues();
            try (Reader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
                properties.load(reader);
            }
            properties
                    .stringPropertyNames()
                    .forEach(key -> entries.put(key, joined(interpolated(properties.getProperty(key)))));
        }
        return entries;
    }

    /** A key that is set twice has both values, and then James refuses what must be one. */
    private static final class AllValues extends Properties {
        private static final long serialVersionUID = 1;

        @Override
        public synchronized @Nullable Object put(Object key, Object value) {
            return super.put(key, containsKey(key) ? get(key) + "," + value : value);
        }
    }

    private static String interpolated(String value) {
        Matcher matcher = VARIABLE.matcher(value);
        return matcher.replaceAll(found ->
                Matcher.quoteReplacement(valueOf(found.group(1), found.group(2)).orElseGet(() -> otherwise(found))));
    }

    private static String otherwise(MatchResult variable) {
        return variable.group(3) == null ? variable.group() : variable.group(3);
    }

    private static String joined(String list) {
        return Stream.of(list.split(",", -1))
                .map(String::trim)
                .filter(part -> !part.isEmpty())
                .collect(Collectors.joining(","));
    }

    private static Optional<String> valueOf(String source, String name) {
        return Optional.ofNullable(source.equals("env") ? System.getenv(name) : System.getProperty(name));
    }
}
