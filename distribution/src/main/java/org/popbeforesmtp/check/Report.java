// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.check;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a check has found, file by file, each with what to do about it. */
final class Report {

    /** How bad a finding is. */
    enum Level {
        OK,
        /** Works, but perhaps not as the operator means it. */
        WARNING,
        /** James will not start, or POP before SMTP will not work. */
        PROBLEM
    }

    private static final class Finding {
        private final Level level;
        private final String text;

        private Finding(Level level, String text) {
            this.level = level;
            this.text = text;
        }
    }

    private final Map<String, List<Finding>> findings = new LinkedHashMap<>();

    void ok(String subject, String text) {
        add(subject, Level.OK, text);
    }

    void warning(String subject, String text) {
        add(subject, Level.WARNING, text);
    }

    void problem(String subject, String text) {
        add(subject, Level.PROBLEM, text);
    }

    private void add(String subject, Level level, String text) {
        findings.computeIfAbsent(subject, unused -> new ArrayList<>()).add(new Finding(level, text));
    }

    long count(Level level) {
        return findings.values().stream()
                .flatMap(List::stream)
                .filter(finding -> finding.level == level)
                .count();
    }

    void print(PrintWriter out) {
        findings.forEach((subject, list) -> {
            out.println(subject);
            for (Finding finding : list) {
                out.printf("  %-8s %s%n", finding.level.name().toLowerCase(Locale.ROOT), finding.text);
            }
        });
        out.println();
        out.println(number(count(Level.PROBLEM), "problem") + ", " + number(count(Level.WARNING), "warning") + ".");
        out.flush();
    }

    private static String number(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}
