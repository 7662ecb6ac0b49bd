// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import org.popbeforesmtp.james.PopBeforeSmtp;
import org.popbeforesmtp.store.DurationText;
import org.popbeforesmtp.usage.UsageReport;
import org.popbeforesmtp.usage.UsageStore;
import org.popbeforesmtp.usage.UserDay;
import spark.Request;
import spark.Response;
import spark.ResponseTransformer;
import spark.Service;

/** Who still depends on grants: as JSON, as CSV for a spreadsheet, and as a page to print or to mail. */
final class UsageRoutes {

    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration LONGEST = Duration.ofDays(3650);
    private static final Duration BY_DEFAULT = Duration.ofDays(30);

    /** The page needs nothing but its own style, wherever it is opened. */
    private static final String NOTHING_FROM_ELSEWHERE = "default-src 'none'; style-src 'unsafe-inline'";

    private final UsageStore usage;
    private final PopBeforeSmtp product;
    private final JamesUsers users;
    private final Clock clock;
    private final ResponseTransformer json;

    UsageRoutes(PopBeforeSmtp product, JamesUsers users, ResponseTransformer json) {
        this.usage = product.usage();
        this.product = product;
        this.users = users;
        // Usage has dates.
        this.clock = product.wallClock();
        this.json = json;
    }

    void define(Service service, String path) {
        service.get(path, this::report);
        service.delete(path, this::forget, json);
    }

    private String report(Request request, Response response) throws Exception {
        Parameters query = Parameters.of(request, "since", "user", "format");
        Duration since = query.read("since", UsageRoutes::duration).orElse(BY_DEFAULT);
        Optional<String> user = query.read("user", Values::user).map(users::canonical);
        Format format = query.read("format", Format::parse).orElse(Format.JSON);
        Instant now = clock.instant();
        UsageReport all = usage.report(UserDay.dayOf(now.minus(since)));
        UsageReport report = user.map(all::ofUser).orElse(all);
        response.type(format.contentType);
        switch (format) {
            case CSV:
                response.header("Content-Disposition", "attachment; filename=\"pop-before-smtp-usage.csv\"");
                return UsageCsv.of(report);
            case HTML:
                response.header("Content-Security-Policy", NOTHING_FROM_ELSEWHERE);
                return UsagePage.of(report, product.configuration().policy(), now);
            case JSON:
                return json.render(new UsageView(report));
        }
        throw new IllegalStateException("no such format: " + format);
    }

    private Forgotten forget(Request request, Response response) {
        String user = users.canonical(Parameters.of(request, "user").require("user", Values::user));
        if (!product.forgetUsage(user)) {
            throw new NotFound("There is no usage of " + user);
        }
        return new Forgotten(user);
    }

    private static Duration duration(String text) {
        return DurationText.parse(text)
                .filter(duration -> duration.compareTo(DAY) >= 0 && duration.compareTo(LONGEST) <= 0)
                .orElseThrow(
                        () -> new IllegalArgumentException("must be a number of days from 1d to 3650d, such as 30d"));
    }

    private enum Format {
        JSON("application/json"),
        CSV("text/csv; charset=utf-8; header=present"),
        HTML("text/html; charset=utf-8");

        private final String contentType;

        Format(String contentType) {
            this.contentType = contentType;
        }

        static Format parse(String text) {
            for (Format format : values()) {
                if (format.name().toLowerCase(Locale.ROOT).equals(text)) {
                    return format;
                }
            }
            throw new IllegalArgumentException("must be json, csv or html");
        }
    }

    /** What was done, in JSON. */
    static final class Forgotten {

        private final String user;

        Forgotten(String user) {
            this.user = user;
        }

        public String getForgotten() {
            return user;
        }
    }
}
