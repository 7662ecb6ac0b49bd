// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.mail;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.popbeforesmtp.store.DurationText;

/** What the operator has set for the notices, in {@code mailetcontainer.xml}. Immutable. */
public final class NoticeSettings {

    /** Where the files are that the operator names. */
    @FunctionalInterface
    public interface NamedFiles {

        /** The file of a URL; it need not be there. */
        File get(String url) throws IOException;
    }

    private static final Set<String> KEYS = Set.of("every", "language", "template", "dryRun", "dry-run");
    private static final List<String> LANGUAGES = List.of("en", "de", "fr", "ja");
    private static final Duration LEAST = Duration.ofSeconds(1);
    private static final Duration MOST = Duration.ofDays(365);

    private final Duration every;
    private final boolean dryRun;
    private final NoticeTemplate template;

    private NoticeSettings(Duration every, boolean dryRun, NoticeTemplate template) {
        this.every = every;
        this.dryRun = dryRun;
        this.template = template;
    }

    /**
     * Reads them.
     *
     * @throws IllegalArgumentException that names all problems, each with its key, its value and the rule
     */
    public static NoticeSettings read(Map<String, String> parameters, NamedFiles files) {
        List<String> problems = new ArrayList<>();
        parameters.keySet().stream()
                .filter(key -> !KEYS.contains(key))
                .forEach(key -> problems.add(key + " is not a key; the keys are every, language, template and dryRun"));
        if (parameters.containsKey("dry-run") && parameters.containsKey("dryRun")) {
            problems.add("dryRun and dry-run are the same key, and must not both be given");
        }
        Duration every = read(parameters, "every", "30d", NoticeSettings::every, problems, LEAST);
        String dryRunKey = parameters.containsKey("dry-run") ? "dry-run" : "dryRun";
        boolean dryRun = read(parameters, dryRunKey, "false", NoticeSettings::bool, problems, true);
        String language = read(parameters, "language", "en", NoticeSettings::language, problems, "en");
        NoticeTemplate template = read(
                parameters,
                "template",
                "",
                url -> url.isEmpty() ? builtIn(language) : fromFile(url, files, language),
                problems,
                builtIn(language));
        if (!problems.isEmpty()) {
            throw new IllegalArgumentException("RetirementNotice: " + String.join("; ", problems));
        }
        return new NoticeSettings(every, dryRun, template);
    }

    private static <T> T read(
            Map<String, String> parameters,
            String key,
            String byDefault,
            Function<String, T> parser,
            List<String> problems,
            T other) {
        String text = parameters.getOrDefault(key, byDefault).trim();
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            problems.add(key + " was '" + text + "' but it " + e.getMessage());
            return other;
        }
    }

    private static Duration every(String text) {
        return DurationText.parse(text)
                .filter(duration -> duration.compareTo(LEAST) >= 0 && duration.compareTo(MOST) <= 0)
                .orElseThrow(() -> new IllegalArgumentException("must be a duration from 1s to 365d, such as 30d"));
    }

    private static boolean bool(String text) {
        if (!text.matches("true|false")) {
            throw new IllegalArgumentException("must be true or false");
        }
        return Boolean.parseBoolean(text);
    }

    private static String language(String text) {
        if (!LANGUAGES.contains(text)) {
            throw new IllegalArgumentException("must be one of " + String.join(", ", LANGUAGES));
        }
        return text;
    }

    private static NoticeTemplate builtIn(String language) {
        String name = "retirement-notice-" + language + ".txt";
        try (InputStream in = Objects.requireNonNull(NoticeSettings.class.getResourceAsStream(name), name)) {
            return parse(in, language);
        } catch (IOException e) {
            throw new IllegalStateException(name, e);
        }
    }

    private static NoticeTemplate fromFile(String url, NamedFiles files, String language) {
        try (InputStream in = new FileInputStream(files.get(url))) {
            return parse(in, language);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "must be the URL of a file that can be read, such as file://conf/notice.txt (" + e + ")", e);
        }
    }

    private static NoticeTemplate parse(InputStream in, String language) throws IOException {
        return NoticeTemplate.parse(
                new String(in.readAllBytes(), StandardCharsets.UTF_8), Locale.forLanguageTag(language));
    }

    /** A user is notified at most once in this time. */
    Duration every() {
        return every;
    }

    /** Whether it only logs who would be notified. */
    public boolean isDryRun() {
        return dryRun;
    }

    NoticeTemplate template() {
        return template;
    }
}
