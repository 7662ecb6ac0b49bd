// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.check;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.popbeforesmtp.check.Finding.Effect;
import org.popbeforesmtp.check.Finding.Level;
import picocli.CommandLine.Help.Ansi;

/** How a report is written. */
enum ReportFormat {

    /** For people: file by file. */
    TEXT {
        @Override
        String write(Report report, boolean verbose, Ansi ansi) {
            StringBuilder out = new StringBuilder();
            bySubject(report, verbose).forEach((subject, findings) -> {
                out.append(subject).append('\n');
                for (Finding finding : findings) {
                    out.append(line(finding, ansi)).append('\n');
                }
            });
            if (!report.settings().isEmpty()) {
                out.append("settings in force\n");
                report.settings().forEach((key, value) -> out.append("  " + key + "=" + value + "\n"));
            }
            return out.append('\n')
                    .append(number(report.count(Level.PROBLEM), "problem"))
                    .append(", ")
                    .append(number(report.count(Level.WARNING), "warning"))
                    .append(".\n")
                    .toString();
        }
    },

    /** For programs: one object. */
    JSON {
        @Override
        String write(Report report, boolean verbose, Ansi ansi) {
            JsonObject root = new JsonObject();
            root.addProperty("problems", report.count(Level.PROBLEM));
            root.addProperty("warnings", report.count(Level.WARNING));
            root.addProperty("starts", report.starts());
            root.addProperty("openRelay", report.isOpenRelay());
            root.addProperty("canGrant", report.canGrant());
            JsonArray findings = new JsonArray();
            bySubject(report, verbose).values().stream().flatMap(List::stream).forEach(finding -> {
                JsonObject entry = new JsonObject();
                entry.addProperty("subject", finding.subject());
                entry.addProperty("level", word(finding.level()));
                if (finding.effect() != Effect.NONE) {
                    entry.addProperty("effect", word(finding.effect()));
                }
                entry.addProperty("text", finding.text());
                findings.add(entry);
            });
            root.add("findings", findings);
            JsonObject settings = new JsonObject();
            report.settings().forEach(settings::addProperty);
            root.add("settings", settings);
            return new GsonBuilder()
                            .setPrettyPrinting()
                            .disableHtmlEscaping()
                            .create()
                            .toJson(root)
                    + "\n";
        }
    };

    /**
     * The report as one text.
     *
     * @param verbose whether details are in it
     */
    abstract String write(Report report, boolean verbose, Ansi ansi);

    private static Map<String, List<Finding>> bySubject(Report report, boolean verbose) {
        Map<String, List<Finding>> findings = new LinkedHashMap<>();
        for (Finding finding : report.findings()) {
            if (verbose || finding.level() != Level.DETAIL) {
                findings.computeIfAbsent(finding.subject(), unused -> new ArrayList<>())
                        .add(finding);
            }
        }
        return findings;
    }

    private static String line(Finding finding, Ansi ansi) {
        String text = String.format(Locale.ROOT, "  %-8s %s", word(finding.level()), finding.text());
        switch (finding.level()) {
            case PROBLEM:
                return ansi.new Text("@|bold,red " + escaped(text) + "|@").toString();
            case WARNING:
                return ansi.new Text("@|yellow " + escaped(text) + "|@").toString();
            default:
                return text;
        }
    }

    /** What picocli would treat as the beginning or the end of a style. */
    private static String escaped(String text) {
        return text.replace("@|", "@ |").replace("|@", "| @");
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String number(long count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}
