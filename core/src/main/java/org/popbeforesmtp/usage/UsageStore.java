// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.usage;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.popbeforesmtp.store.Value;
import org.popbeforesmtp.store.ValueKey;
import org.popbeforesmtp.store.ValueStore;

/**
 * Keeps what users relayed on grants, for {@code usage.retention} and no longer, and when they last used SMTP AUTH. All
 * methods may be called from any thread, and may wait for a disk or a network: never call them on a thread of a mail
 * session. Each throws {@link org.popbeforesmtp.store.StoreUnavailableException} if the store cannot do it now.
 *
 * <p>A value of the kind {@code usage} is what one user did on one day, named {@code <day> <user>}: a
 * {@link UsageRecord}. One of the kind {@code auth}, named after the user, is the time of the last SMTP AUTH in
 * milliseconds since the epoch.
 */
public final class UsageStore {

    private static final String USAGE = "usage";
    private static final String AUTH = "auth";

    private final ValueStore values;
    private final Clock clock;
    private final Supplier<Duration> retention;

    /**
     * A store.
     *
     * @param clock the wall clock: usage has dates
     */
    public UsageStore(ValueStore values, Clock clock, Duration retention) {
        this(values, clock, () -> retention);
    }

    /** With a retention that may change; earlier records keep the retention that they were written with. */
    public UsageStore(ValueStore values, Clock clock, Supplier<Duration> retention) {
        this.values = values;
        this.clock = clock;
        this.retention = retention;
    }

    /**
     * Adds what a node has counted: only once, however often this is called, and exactly, whatever other nodes add
     * meanwhile.
     */
    public void add(UsageBatch batch) {
        Map<ValueKey, Usage> usage = new HashMap<>();
        batch.usage().forEach((userDay, counted) -> usage.put(keyOf(userDay), counted));
        values.update(usage.keySet(), (key, before) -> {
            Usage counted = usage.get(key);
            return counted == null ? before : added(key, before, batch, counted);
        });
        Map<ValueKey, Instant> authentications = new HashMap<>();
        batch.authentications().forEach((user, at) -> authentications.put(ValueKey.of(AUTH, user), at));
        values.update(authentications.keySet(), (key, before) -> {
            Instant at = authentications.get(key);
            return at == null
                            || before.flatMap(UsageStore::instant)
                                    .filter(known -> !known.isBefore(at))
                                    .isPresent()
                    ? before
                    : kept(Long.toString(at.toEpochMilli()), at.plus(retention.get()));
        });
    }

    private Optional<Value> added(ValueKey key, Optional<Value> before, UsageBatch batch, Usage counted) {
        Optional<UsageRecord> known = before.map(Value::text).flatMap(UsageRecord::parse);
        if (known.isPresent() && known.get().includes(batch)) {
            return before;
        }
        UsageRecord record =
                known.map(some -> some.plus(batch, counted)).orElseGet(() -> UsageRecord.of(batch, counted));
        LocalDate dayAfter = userDay(key.name()).orElseThrow().day().plusDays(1);
        return kept(
                record.toString(),
                dayAfter.atStartOfDay(ZoneOffset.UTC).toInstant().plus(retention.get()));
    }

    private Optional<Value> kept(String text, Instant end) {
        Duration left = Duration.between(clock.instant(), end);
        return left.compareTo(Duration.ofMillis(1)) < 0 ? Optional.empty() : Optional.of(Value.of(text, left));
    }

    private static ValueKey keyOf(UserDay userDay) {
        return ValueKey.of(USAGE, userDay.day() + " " + userDay.user());
    }

    private static Optional<UserDay> userDay(String name) {
        int blank = name.indexOf(' ');
        return blank < 0
                ? Optional.empty()
                : UserDay.parseDay(name.substring(0, blank)).map(day -> UserDay.of(day, name.substring(blank + 1)));
    }

    private static Optional<Instant> instant(Value value) {
        String millis = value.text().split(" ", 2)[0];
        return millis.matches("\\d{1,15}")
                ? Optional.of(Instant.ofEpochMilli(Long.parseLong(millis)))
                : Optional.empty();
    }

    /** The report from that day, in UTC, to this one. A day from before the retention is taken as its first. */
    public UsageReport report(LocalDate from) {
        LocalDate today = UserDay.dayOf(clock.instant());
        LocalDate first = from.isBefore(firstDay()) ? firstDay() : from;
        Map<UserDay, Usage> usage = new HashMap<>();
        values.list(USAGE, first.toString())
                .forEach((name, value) -> userDay(name)
                        .filter(userDay -> !userDay.day().isAfter(today))
                        .ifPresent(userDay -> UsageRecord.parse(value.text())
                                .ifPresent(record -> usage.put(userDay, record.usage()))));
        NavigableMap<String, Value> authentications = values.list(AUTH, "");
        return UsageReport.of(
                first,
                today,
                usage,
                user -> Optional.ofNullable(authentications.get(user)).flatMap(UsageStore::instant));
    }

    private LocalDate firstDay() {
        return UserDay.dayOf(clock.instant().minus(retention.get()));
    }

    /** When a user last used SMTP AUTH, if within the retention. */
    public Optional<Instant> lastAuth(String user) {
        return values.get(ValueKey.of(AUTH, user)).flatMap(UsageStore::instant);
    }

    /**
     * Deletes all records of a user, permanently: it waits until the deletion would survive the end of this process.
     *
     * @return whether there was anything
     */
    public boolean forget(String user) {
        if (user.isEmpty() || user.length() > HolderName.LONGEST) {
            return false;
        }
        // Not by the retention in force: with a longer one before, there may be more.
        List<ValueKey> keys = values.list(USAGE, "").keySet().stream()
                .flatMap(name -> userDay(name).stream())
                .filter(userDay -> userDay.user().equals(user))
                .map(UsageStore::keyOf)
                .collect(Collectors.toCollection(ArrayList::new));
        keys.add(ValueKey.of(AUTH, user));
        AtomicBoolean any = new AtomicBoolean();
        values.update(keys, (key, before) -> {
            before.ifPresent(value -> any.set(true));
            return Optional.empty();
        });
        values.awaitDurable();
        return any.get();
    }
}
