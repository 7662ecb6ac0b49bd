// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.popbeforesmtp.store.DurationText;

/** Parses values. Each parser throws "must ..." for a text that is not valid. */
final class Parsers {

    private static final Pattern PRINTABLE_ASCII = Pattern.compile("[\\x20-\\x7e]*");

    private static final String FILE = "file://";

    private static final Pattern LOST_BLANK = Pattern.compile(",(?=[A-Za-z{])");

    private static final Pattern BRACE = Pattern.compile("\\{[^{}]*}|[{}]");

    private Parsers() {}

    static boolean bool(String text) {
        if (text.equals("true") || text.equals("false")) {
            return text.equals("true");
        }
        throw new IllegalArgumentException("must be true or false");
    }

    static Function<String, Long> number(long least, long most) {
        return text -> {
            long number = text.matches("\\d{1,18}") ? Long.parseLong(text) : -1;
            if (number < least || number > most) {
                throw new IllegalArgumentException("must be a whole number from " + least + " to " + most);
            }
            return number;
        };
    }

    static Function<String, Duration> duration(Duration least, Duration most, String rule) {
        return text -> DurationText.parse(text)
                .filter(duration -> duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0)
                .orElseThrow(() -> new IllegalArgumentException(rule));
    }

    /** One of the constants of an enum, in lower case. */
    static <E extends Enum<E>> Function<String, E> word(Class<E> type) {
        return text -> Arrays.stream(type.getEnumConstants())
                .filter(constant -> wordOf(constant).equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("must be one of " + words(type)));
    }

    private static String words(Class<? extends Enum<?>> type) {
        List<String> words = new ArrayList<>();
        for (Enum<?> constant : type.getEnumConstants()) {
            words.add(wordOf(constant));
        }
        return String.join(", ", words);
    }

    private static String wordOf(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    static Function<String, String> asciiText(int longest) {
        return text -> {
            if (!PRINTABLE_ASCII.matcher(text).matches() || text.length() > longest) {
                throw new IllegalArgumentException("must be printable ASCII, at most " + longest + " characters");
            }
            return text;
        };
    }

    /** A sentence. James's reader splits values at commas and drops the blank after them; this restores it. */
    static Function<String, String> sentence(int longest) {
        return text -> {
            if (text.isEmpty()) {
                throw new IllegalArgumentException("must not be empty");
            }
            return asciiText(longest).apply(LOST_BLANK.matcher(text).replaceAll(", "));
        };
    }

    /** A sentence with placeholders. Any other brace is a mistyped placeholder. */
    static Function<String, String> template(int longest, List<String> placeholders) {
        return text -> {
            String sentence = sentence(longest).apply(text);
            String rest = sentence;
            for (String placeholder : placeholders) {
                rest = rest.replace(placeholder, "");
            }
            Matcher unknown = BRACE.matcher(rest);
            if (unknown.find()) {
                throw new IllegalArgumentException(
                        "must have no placeholder but " + String.join(", ", placeholders) + ", not " + unknown.group());
            }
            return sentence;
        };
    }

    /** A file as James names files: below its own directory, or with three slashes an absolute path. */
    static String fileUrl(String text) {
        if (!text.startsWith(FILE) || text.length() == FILE.length() || text.endsWith("/")) {
            throw new IllegalArgumentException("must be a file as James names it, such as file://var/grants.mv.db");
        }
        return text;
    }

    /** The parts of a comma separated list, trimmed; none of an empty text. */
    static List<String> list(String text) {
        List<String> parts = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            parts.add(part.trim());
        }
        return text.isEmpty() ? List.of() : parts;
    }
}
