// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.policy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The end of relaying on grants: for whom they still count, and until when. All of it depends only on the configuration
 * and the time, so nodes whose clocks agree need not communicate. Immutable.
 */
public final class Retirement {

    /** No end is planned. */
    public static final Retirement NONE = new Retirement(null, List.of(), null, UserSet.parse(List.of()));

    /** For so many seconds the ramp defers the same users. */
    private static final long HOUR = 3600;

    private final @Nullable Instant date;
    private final List<Brownout> brownouts;
    private final @Nullable Duration rampUp;
    private final UserSet exempt;

    private Retirement(@Nullable Instant date, List<Brownout> brownouts, @Nullable Duration rampUp, UserSet exempt) {
        this.date = date;
        this.brownouts = List.copyOf(brownouts);
        this.rampUp = rampUp;
        this.exempt = exempt;
    }

    /**
     * A plan.
     *
     * @param date from then on no grant allows relaying
     * @param brownouts when grants allow nothing for a while, as a rehearsal
     * @param rampUp how long before the date a share of users begins to meet brown-outs
     * @param exempt users who are not affected
     */
    public static Retirement of(
            Optional<Instant> date, List<Brownout> brownouts, Optional<Duration> rampUp, UserSet exempt) {
        return new Retirement(date.orElse(null), brownouts, rampUp.orElse(null), exempt);
    }

    /**
     * Reads a date, which begins in UTC, or a date with a time and a zone.
     *
     * @throws IllegalArgumentException that says "must ..." of any other text
     */
    public static Instant parseDate(String text) {
        try {
            return text.contains("T")
                    ? ZonedDateTime.parse(text).toInstant()
                    : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    "must be a date such as 2027-06-01, or a date and time with a zone such as 2027-06-01T08:00+02:00",
                    e);
        }
    }

    /**
     * Reads the intervals of the brown-outs.
     *
     * @throws IllegalArgumentException that says "must ..." if one is none, or if two overlap
     */
    public static List<Brownout> parseBrownouts(List<String> texts) {
        List<Brownout> all = texts.stream()
                .map(Brownout::parse)
                .sorted(Comparator.comparing(Brownout::start))
                .collect(Collectors.toUnmodifiableList());
        for (int i = 1; i < all.size(); i++) {
            if (all.get(i - 1).overlaps(all.get(i))) {
                throw new IllegalArgumentException(
                        "must not name intervals that overlap, such as " + all.get(i - 1) + " and " + all.get(i));
            }
        }
        return all;
    }

    /** The time from which no grant allows relaying, if that is planned. */
    public Optional<Instant> date() {
        return Optional.ofNullable(date);
    }

    public boolean isPlanned() {
        return date != null || !brownouts.isEmpty();
    }

    public boolean isOverAt(Instant now) {
        return date != null && !now.isBefore(date);
    }

    /** The brown-out in progress, if there is one. The ramp does not count. */
    public Optional<Brownout> brownoutAt(Instant now) {
        return brownouts.stream().filter(brownout -> brownout.contains(now)).findFirst();
    }

    /** Which share of users meets a brown-out because the date is near: from 0, evenly, to 1. */
    public double rampAt(Instant now) {
        if (date == null || rampUp == null || isOverAt(now)) {
            return 0;
        }
        long left = Duration.between(now, date).toMillis();
        return Math.max(0, 1 - (double) left / rampUp.toMillis());
    }

    /** Which share of the users of grants is told to try again later: all in a brown-out, else as many as the ramp has reached. */
    public double shareInBrownoutAt(Instant now) {
        return isOverAt(now) ? 0 : brownoutAt(now).isPresent() ? 1 : rampAt(now);
    }

    /** What keeps grants from allowing relaying at that time, for the operator; nothing if they all may. */
    Optional<String> limitationAt(Instant now) {
        if (isOverAt(now)) {
            return Optional.of("retirement.date has passed: no grant allows relaying, except for retirement.exempt");
        }
        return brownoutAt(now)
                .map(brownout -> "a brown-out is on until " + brownout.end()
                        + ": clients with a grant are told to try again later, except for retirement.exempt")
                .or(() -> rampAt(now) > 0
                        ? Optional.of("the ramp before retirement.date is on: each hour a growing share of users is"
                                + " told to try again later")
                        : Optional.empty());
    }

    /** What defers the mail of a user with a grant at that time, and until when, for the operator. */
    public String pauseAt(Instant now) {
        return brownoutAt(now)
                .map(brownout -> "retirement.brownouts: a brown-out is on until " + brownout.end())
                .orElseGet(() -> "retirement.rampUp: " + Math.round(100 * rampAt(now))
                        + " % of the users are deferred now, others each hour, this one until "
                        + Instant.ofEpochSecond((hourOf(now) + 1) * HOUR));
    }

    /** Whether a user is not affected. */
    public boolean isExempt(String user) {
        return exempt.contains(user);
    }

    /**
     * Why a grant allows nothing now.
     *
     * @param holder the user who holds the grant, or if it names none, its address
     */
    public Optional<Reason> reasonAt(Instant now, String holder) {
        if (isExempt(holder)) {
            return Optional.empty();
        }
        if (isOverAt(now)) {
            return Optional.of(Reason.RETIRED);
        }
        boolean isOn = brownoutAt(now).isPresent() || lot(now, holder) < rampAt(now);
        return isOn ? Optional.of(Reason.BROWNOUT) : Optional.empty();
    }

    /** A user's number for an hour, from 0 to 1, the same on every node. */
    private static double lot(Instant now, String holder) {
        long bits = holder.hashCode() * 0x9E37_79B9_7F4A_7C15L + hourOf(now);
        bits = (bits ^ (bits >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
        bits = (bits ^ (bits >>> 27)) * 0x94D0_49BB_1331_11EBL;
        return ((bits ^ (bits >>> 31)) >>> 11) * 0x1.0p-53;
    }

    private static long hourOf(Instant now) {
        return Math.floorDiv(now.getEpochSecond(), HOUR);
    }

    /** The decision under this plan. */
    Decision applyTo(Decision decision, Optional<String> sender, Instant now) {
        if (!isPlanned()) {
            return decision;
        }
        if (decision.isAllowed()) {
            String holder = decision.grant()
                    .map(grant -> grant.user().orElse(grant.address().toString()))
                    .orElseThrow(IllegalStateException::new);
            return reasonAt(now, holder)
                    .map(reason -> Decision.refuse(reason, decision.seen()))
                    .orElse(decision);
        }
        boolean isHopeless = isOverAt(now)
                && decision.reason().filter(Reason::isHelpedByLogin).isPresent()
                && sender.filter(exempt::contains).isEmpty();
        return isHopeless ? Decision.refuse(Reason.RETIRED, decision.seen()) : decision;
    }
}
