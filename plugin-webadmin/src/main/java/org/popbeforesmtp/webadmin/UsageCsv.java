// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.usage.UsageReport;
import org.popbeforesmtp.usage.UserUsage;

/** The users of a report as CSV (RFC 4180), one per line, in UTF-8. */
final class UsageCsv {

    private static final String HEADER =
            "user,first,last,messages,recipients,addresses,protocol,encrypted,lastAuth\r\n";

    /** What a spreadsheet takes for the beginning of a formula. */
    private static final String FORMULA = "=+-@\t\r\n";

    private UsageCsv() {}

    static String of(UsageReport report) {
        return HEADER + report.users().stream().map(UsageCsv::line).collect(Collectors.joining());
    }

    private static String line(UserUsage user) {
        return Arrays.asList(
                                user.user(),
                                user.usage().first().toString(),
                                user.usage().last().toString(),
                                "" + user.usage().messages(),
                                "" + user.usage().recipients(),
                                user.usage().addresses().stream()
                                        .map(ClientAddress::toString)
                                        .collect(Collectors.joining(" ")),
                                user.usage().protocol().toString(),
                                "" + user.usage().encrypted(),
                                user.lastAuth().map(String::valueOf).orElse(""))
                        .stream()
                        .map(UsageCsv::field)
                        .collect(Collectors.joining(","))
                + "\r\n";
    }

    /** A name that looks like a formula gets an apostrophe, which spreadsheets take for "this is text". */
    private static String field(String text) {
        String harmless = !text.isEmpty() && FORMULA.indexOf(text.charAt(0)) >= 0 ? "'" + text : text;
        return harmless.matches("[A-Za-z0-9 .:@_-]*") ? harmless : '"' + harmless.replace("\"", "\"\"") + '"';
    }
}
