// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.policy.PolicySettings;
import org.popbeforesmtp.policy.Retirement;
import org.popbeforesmtp.policy.UserSet;
import org.popbeforesmtp.store.Protocol;
import org.popbeforesmtp.usage.Usage;
import org.popbeforesmtp.usage.UsageReport;
import org.popbeforesmtp.usage.UserDay;

/** The forms of the report, with names that a client chose to do harm. */
class UsageReportTest {

    private static final Instant NOW = Instant.parse("2027-05-20T10:00:00Z");
    private static final ClientAddress CLIENT = ClientAddress.parse("192.0.2.1");

    private final Map<UserDay, Usage> usage = new HashMap<>();

    private void relayed(String user, Instant at, int recipients) {
        usage.merge(UserDay.at(at, user), Usage.ofMessage(at, recipients, CLIENT, Protocol.POP3, true), Usage::plus);
    }

    private UsageReport report() {
        return UsageReport.of(
                LocalDate.parse("2027-04-01"),
                LocalDate.parse("2027-05-20"),
                usage,
                user -> Optional.of(NOW).filter(now -> user.startsWith("ready")));
    }

    private String page(Retirement retirement) {
        return UsagePage.of(
                report(), PolicySettings.builder().retirement(retirement).build(), NOW);
    }

    @Test
    void csvShouldHaveALineForEachUser() {
        relayed("bob@example.org", NOW, 2);
        relayed("ready@example.org", NOW.minusSeconds(60), 1);

        assertThat(UsageCsv.of(report()))
                .isEqualTo("user,first,last,messages,recipients,addresses,protocol,encrypted,lastAuth\r\n"
                        + "bob@example.org,2027-05-20T10:00:00Z,2027-05-20T10:00:00Z,1,2,192.0.2.1,pop3,true,\r\n"
                        + "ready@example.org,2027-05-20T09:59:00Z,2027-05-20T09:59:00Z,1,1,192.0.2.1,pop3,true,"
                        + "2027-05-20T10:00:00Z\r\n");
    }

    @Test
    void noNameShouldBecomeAFormulaOrLeaveItsField() {
        List<String> names = List.of(
                "=cmd|'/c calc'!A1@example.com",
                "+1@example.com",
                "-1@example.com",
                "@SUM(A1)",
                "\t=1",
                "\r=1",
                "a,b\"c\r\nd@example.com",
                "plain@example.com");
        names.forEach(name -> relayed(name, NOW, 1));

        String csv = UsageCsv.of(report());

        assertThat(csv)
                .contains("\"'=cmd|'/c calc'!A1@example.com\",")
                .contains("\"'+1@example.com\",")
                .contains("\"'-1@example.com\",")
                .contains("\"'@SUM(A1)\",")
                .contains("\"'\t=1\",")
                .contains("\"'\r=1\",")
                .contains("\"a,b\"\"c\r\nd@example.com\",")
                .contains("\r\nplain@example.com,");
    }

    @Test
    void noNameShouldBecomeMarkup() {
        relayed("<script>alert(1)</script>@example.com", NOW, 1);
        relayed("\" onload=\"x{chart}'@example.com", NOW, 1);

        String page = page(Retirement.NONE);

        assertThat(page)
                .doesNotContain("<script")
                .contains("&lt;script&gt;alert(1)&lt;/script&gt;@example.com")
                .contains("&quot; onload=&quot;x{chart}&#39;@example.com");
        assertThat(page.split("<svg", -1)).hasSize(2);
    }

    @Test
    void thePageShouldNeedNothingFromElsewhere() {
        relayed("bob@example.org", NOW, 1);

        assertThat(page(Retirement.NONE))
                .doesNotContain("http:", "https:", "src=", "url(", "@import", "<link", "<script", "javascript:")
                .doesNotContain("<iframe", "<object", "<embed", "<form", "<base", "http-equiv")
                .doesNotContainPattern("<[^>]* on\\w+=")
                .doesNotContainPattern("\\{(from|to|now|state|figures|chart|days|users|next)}");
    }

    @Test
    void thePageShouldShowWhoDependsOnIt() {
        relayed("bob@example.org", NOW, 1);
        relayed("ready@example.org", NOW, 1);
        relayed("gone@example.org", NOW.minus(Duration.ofDays(31)), 1);

        assertThat(page(Retirement.NONE))
                .contains("bob@example.org</th><td><strong>depends on it</strong>")
                .contains("ready@example.org</th><td>uses SMTP AUTH")
                .contains("gone@example.org</th><td>not seen for a month")
                .contains("<dt>users relayed on a grant</dt><dd>3</dd>")
                .contains("No end of grants is planned");
    }

    @Test
    void thePageShouldShowTheEnd() {
        Retirement plan = Retirement.of(
                Optional.of(NOW.plus(Duration.ofDays(5))),
                Retirement.parseBrownouts(List.of("2027-05-20T09:30Z/PT1H")),
                Optional.of(Duration.ofDays(10)),
                UserSet.parse(List.of()));

        assertThat(page(plan))
                .contains("A brown-out is on until 2027-05-20 10:30.")
                .contains("Grants end on 2027-05-25 10:00, in 5 days.")
                .contains("50 % of the users get a 451 in this hour, others in the next.");
    }

    @Test
    void theChartShouldHaveABarForEachDay() {
        relayed("bob@example.org", NOW, 1);

        assertThat(UsageChart.of(report().days()).split("<rect", -1)).hasSize(51);
    }
}
