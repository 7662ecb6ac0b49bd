// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.webadmin;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.usage.DayUsage;
import org.popbeforesmtp.usage.UsageReport;
import org.popbeforesmtp.usage.UserUsage;

/** The report of usage in JSON. Days are in UTC. */
@JsonPropertyOrder({"from", "to", "users", "days"})
final class UsageView {

    private final UsageReport report;

    UsageView(UsageReport report) {
        this.report = report;
    }

    public String getFrom() {
        return report.from().toString();
    }

    public String getTo() {
        return report.to().toString();
    }

    /** Who relayed on grants, the most recent first. */
    public List<User> getUsers() {
        return report.users().stream().map(User::new).collect(Collectors.toUnmodifiableList());
    }

    public List<Day> getDays() {
        return report.days().stream().map(Day::new).collect(Collectors.toUnmodifiableList());
    }

    /** One user. */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    @JsonPropertyOrder({
        "user",
        "first",
        "last",
        "messages",
        "recipients",
        "addresses",
        "protocol",
        "encrypted",
        "lastAuth"
    })
    static final class User {

        private final UserUsage of;

        User(UserUsage of) {
            this.of = of;
        }

        public String getUser() {
            return of.user();
        }

        public String getFirst() {
            return of.usage().first().toString();
        }

        public String getLast() {
            return of.usage().last().toString();
        }

        public long getMessages() {
            return of.usage().messages();
        }

        public long getRecipients() {
            return of.usage().recipients();
        }

        public List<String> getAddresses() {
            return of.usage().addresses().stream()
                    .map(ClientAddress::toString)
                    .collect(Collectors.toUnmodifiableList());
        }

        public String getProtocol() {
            return of.usage().protocol().toString();
        }

        public boolean isEncrypted() {
            return of.usage().encrypted();
        }

        /** Absent if the user has not used SMTP AUTH within the retention. */
        public Optional<String> getLastAuth() {
            return of.lastAuth().map(String::valueOf);
        }
    }

    /** One day. */
    @JsonPropertyOrder({"day", "users", "messages", "recipients"})
    static final class Day {

        private final DayUsage of;

        Day(DayUsage of) {
            this.of = of;
        }

        public String getDay() {
            return of.day().toString();
        }

        public long getUsers() {
            return of.users();
        }

        public long getMessages() {
            return of.messages();
        }

        public long getRecipients() {
            return of.recipients();
        }
    }
}
