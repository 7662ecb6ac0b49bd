// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.mail;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The text of a notice: one or more lines {@code Subject: ...}, an empty line, and the body, with placeholders in
 * braces. A line of the body is left out if one of its placeholders has no value; the first subject without such a
 * placeholder is used. Immutable.
 */
final class NoticeTemplate {

    private static final String SUBJECT = "Subject:";

    private final List<String> subjects;
    private final List<String> lines;
    private final Locale locale;

    private NoticeTemplate(List<String> subjects, List<String> lines, Locale locale) {
        this.subjects = List.copyOf(subjects);
        this.lines = List.copyOf(lines);
        this.locale = locale;
    }

    /**
     * Reads a template.
     *
     * @throws IllegalArgumentException that says "must ..." if it has no subject or no body
     */
    static NoticeTemplate parse(String text, Locale locale) {
        List<String> subjects = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        boolean inBody = false;
        for (String line : text.lines().collect(Collectors.toList())) {
            if (inBody) {
                lines.add(line);
            } else if (line.startsWith(SUBJECT)) {
                subjects.add(line.substring(SUBJECT.length()).trim());
            } else if (line.isBlank() && !subjects.isEmpty()) {
                inBody = true;
            } else {
                throw new IllegalArgumentException(
                        "must begin with a line 'Subject: ...' and an empty line, not with '" + line + "'");
            }
        }
        if (lines.stream().allMatch(String::isBlank)) {
            throw new IllegalArgumentException("must have a text after the line 'Subject: ...' and an empty line");
        }
        return new NoticeTemplate(subjects, lines, locale);
    }

    /**
     * The subject, in one line.
     *
     * @param facts the value of each placeholder; empty if there is none
     */
    String subject(Map<String, String> facts) {
        return subjects.stream()
                .flatMap(subject -> filled(subject, facts).stream())
                .findFirst()
                .orElse(subjects.get(subjects.size() - 1))
                .replaceAll("\\p{Cntrl}", " ");
    }

    String body(Map<String, String> facts) {
        return lines.stream()
                .flatMap(line -> filled(line, facts).stream())
                .collect(Collectors.joining("\r\n", "", "\r\n"));
    }

    private static Optional<String> filled(String line, Map<String, String> facts) {
        String filled = line;
        for (Map.Entry<String, String> fact : facts.entrySet()) {
            if (line.contains(fact.getKey()) && fact.getValue().isEmpty()) {
                return Optional.empty();
            }
            filled = filled.replace(fact.getKey(), fact.getValue());
        }
        return Optional.of(filled);
    }

    /** A day as it is written in this language, in UTC. */
    String day(Instant instant) {
        return DateTimeFormatter.ofLocalizedDate(FormatStyle.LONG)
                .withLocale(locale)
                .format(instant.atOffset(ZoneOffset.UTC));
    }

    /** A day and a time as they are written in this language, in UTC. */
    String time(Instant instant) {
        return DateTimeFormatter.ofLocalizedDateTime(FormatStyle.LONG, FormatStyle.SHORT)
                        .withLocale(locale)
                        .format(instant.atOffset(ZoneOffset.UTC))
                + " UTC";
    }

    String language() {
        return locale.getLanguage();
    }
}
