// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import com.google.common.html.HtmlEscapers;
import com.google.common.io.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.popbeforesmtp.policy.PolicySettings;
import org.popbeforesmtp.policy.Retirement;
import org.popbeforesmtp.usage.DayUsage;
import org.popbeforesmtp.usage.Usage;
import org.popbeforesmtp.usage.UsageReport;
import org.popbeforesmtp.usage.UserUsage;

/**
 * The report as one self-contained HTML page: no script, no other file, no network. {@code usage.html} is the template;
 * values that a client may have chosen are escaped.
 */
final class UsagePage {

    private static final Duration MONTH = Duration.ofDays(30);
    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final UsageReport report;
    private final PolicySettings settings;
    private final Instant now;

    private UsagePage(UsageReport report, PolicySettings settings, Instant now) {
        this.report = report;
        this.settings = settings;
        this.now = now;
    }

    static String of(UsageReport report, PolicySettings settings, Instant now) {
        return new UsagePage(report, settings, now).html();
    }

    private String html() {
        try {
            return Resources.toString(Resources.getResource(UsagePage.class, "usage.html"), StandardCharsets.UTF_8)
                    .replace("{from}", report.from().toString())
                    .replace("{to}", report.to().toString())
                    .replace("{now}", MINUTE.format(now))
                    .replace("{state}", list(state()))
                    .replace("{figures}", figures())
                    .replace("{chart}", UsageChart.of(report.days()))
                    .replace(
                            "{days}", report.days().stream().map(UsagePage::day).collect(Collectors.joining()))
                    .replace("{next}", list(next()))
                    // Last, so that nothing in a name is taken for one of these.
                    .replace("{users}", report.users().stream().map(this::user).collect(Collectors.joining()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What an operator must know to read the figures. */
    private List<String> state() {
        List<String> lines = new ArrayList<>();
        Retirement retirement = settings.retirement();
        if (settings.isObserving()) {
            lines.add("mode=observe: nothing is allowed; these are the messages that would have been relayed.");
        }
        retirement
                .brownoutAt(now)
                .ifPresent(on -> lines.add("A brown-out is on until " + MINUTE.format(on.end()) + "."));
        retirement
                .date()
                .ifPresent(date -> lines.add(
                        retirement.isOverAt(now)
                                ? "Grants have ended on " + MINUTE.format(date) + "."
                                : "Grants end on " + MINUTE.format(date) + ", in "
                                        + Duration.between(now, date).toDays() + " days."));
        if (retirement.rampAt(now) > 0) {
            lines.add(Math.round(100 * retirement.rampAt(now))
                    + " % of the users get a 451 in this hour, others in the next.");
        }
        if (lines.isEmpty()) {
            lines.add("No end of grants is planned: retirement.date is not set.");
        }
        return lines;
    }

    private String figures() {
        long messages = report.days().stream().mapToLong(DayUsage::messages).sum();
        long ready = report.users().stream()
                .filter(user -> user.lastAuth().isPresent())
                .count();
        long gone = report.users().stream().filter(this::isGone).count();
        return figure(report.users().size(), "users relayed on a grant")
                + figure(ready, "of them use SMTP AUTH already")
                + figure(gone, "of them were not seen for a month")
                + figure(messages, "messages");
    }

    private static String figure(long number, String words) {
        return "<div><dt>" + words + "</dt><dd>" + String.format(Locale.ROOT, "%,d", number) + "</dd></div>";
    }

    private static String day(DayUsage day) {
        return "<tr><th scope=\"row\">" + day.day() + "</th><td>" + day.users() + "</td><td>" + day.messages()
                + "</td><td>" + day.recipients() + "</td></tr>";
    }

    private String user(UserUsage user) {
        Usage usage = user.usage();
        String addresses = usage.addresses().size() < Usage.ADDRESSES_KEPT
                ? "" + usage.addresses().size()
                : Usage.ADDRESSES_KEPT + " or more";
        return "<tr><th scope=\"row\">" + HtmlEscapers.htmlEscaper().escape(user.user()) + "</th><td>" + standing(user)
                + "</td><td>" + MINUTE.format(usage.last()) + "</td><td>" + MINUTE.format(usage.first()) + "</td><td>"
                + usage.messages() + "</td><td>" + usage.recipients() + "</td><td>" + addresses + "</td><td>"
                + usage.protocol() + (usage.encrypted() ? ", TLS" : ", no TLS") + "</td><td>"
                + user.lastAuth().map(MINUTE::format).orElse("never seen") + "</td></tr>";
    }

    private String standing(UserUsage user) {
        if (user.lastAuth().isPresent()) {
            return "uses SMTP AUTH";
        }
        return isGone(user) ? "not seen for a month" : "<strong>depends on it</strong>";
    }

    private boolean isGone(UserUsage user) {
        return user.usage().last().isBefore(now.minus(MONTH));
    }

    private List<String> next() {
        Retirement retirement = settings.retirement();
        if (retirement.isOverAt(now)) {
            return List.of("Watch who still tries with mode=observe, then uninstall.");
        }
        List<String> lines = new ArrayList<>();
        lines.add("Help those who depend on it to turn on SMTP authentication, those with the most messages first.");
        lines.add("Put SubmissionObserver into the handler chains of the submission ports, to see who is ready.");
        if (retirement.date().isEmpty()) {
            lines.add("Set retirement.date, tell the users with the mailet RetirementNotice, and plan brown-outs.");
        } else {
            lines.add("Try the end beforehand with retirement.brownouts and retirement.rampUp.");
        }
        lines.add("Name devices that cannot change in retirement.exempt.");
        return lines;
    }

    private static String list(List<String> lines) {
        return lines.stream().map(line -> "<li>" + line + "</li>").collect(Collectors.joining());
    }
}
