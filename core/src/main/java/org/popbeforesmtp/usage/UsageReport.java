// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.usage;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Who relayed on grants, from a first day to a last, both included. */
public final class UsageReport {

    private static final Comparator<UserUsage> LAST_USE_FIRST = Comparator.comparing(
                    (UserUsage user) -> user.usage().last())
            .reversed()
            .thenComparing(UserUsage::user);

    private final LocalDate from;
    private final LocalDate to;
    private final List<DayUsage> days;
    private final List<UserUsage> users;

    private UsageReport(LocalDate from, LocalDate to, List<DayUsage> days, List<UserUsage> users) {
        this.from = from;
        this.to = to;
        this.days = List.copyOf(days);
        this.users = List.copyOf(users);
    }

    /**
     * Adds up what a store has.
     *
     * @param usage of these days
     * @param lastAuth when a user used SMTP AUTH the last time
     */
    public static UsageReport of(
            LocalDate from, LocalDate to, Map<UserDay, Usage> usage, Function<String, Optional<Instant>> lastAuth) {
        Map<LocalDate, DayUsage> days = new TreeMap<>();
        from.datesUntil(to.plusDays(1)).forEach(day -> days.put(day, DayUsage.of(day, 0, 0, 0)));
        Map<String, Usage> users = new HashMap<>();
        usage.forEach((userDay, counted) -> {
            days.computeIfPresent(userDay.day(), (day, sum) -> sum.plusUser(counted));
            users.merge(userDay.user(), counted, Usage::plus);
        });
        return new UsageReport(
                from,
                to,
                List.copyOf(days.values()),
                users.entrySet().stream()
                        .map(user -> new UserUsage(
                                user.getKey(),
                                user.getValue(),
                                lastAuth.apply(user.getKey()).orElse(null)))
                        .sorted(LAST_USE_FIRST)
                        .collect(Collectors.toUnmodifiableList()));
    }

    public LocalDate from() {
        return from;
    }

    public LocalDate to() {
        return to;
    }

    /** Every day from the first to the last, also those without any use. */
    public List<DayUsage> days() {
        return days;
    }

    /** Who relayed in that time, the most recent first. */
    public List<UserUsage> users() {
        return users;
    }

    /** The same report of one user alone. */
    public UsageReport ofUser(String user) {
        return new UsageReport(
                from,
                to,
                days,
                users.stream().filter(each -> each.user().equals(user)).collect(Collectors.toUnmodifiableList()));
    }
}
