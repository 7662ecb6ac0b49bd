// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.block;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An administrator's word that nobody from a network, or a user, relays on a grant or earns one, for a while.
 *
 * <p>Instants are in the clock of the process that holds the object, to the millisecond.
 */
public final class Block {

    /** What is to last longer belongs into the configuration. */
    public static final Duration LONGEST = Duration.ofDays(30);

    public static final int LONGEST_REASON = 200;

    private static final Pattern NOT_PRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}\\p{Cn}\\p{Zl}\\p{Zp}]");

    private final BlockTarget target;
    private final Instant since;
    private final Instant until;
    private final String reason;
    private final String by;

    private Block(BlockTarget target, Instant since, Instant until, String reason, String by) {
        this.target = target;
        this.since = since;
        this.until = until;
        this.reason = reason;
        this.by = by;
    }

    /**
     * A block.
     *
     * @param until the first instant at which it no longer holds
     * @param reason for whoever finds it later; may be empty
     * @param by who blocked
     * @throws IllegalArgumentException that says "must ..." if it would end before it began, or lasts longer than {@link
     *     #LONGEST}, or if the reason is none
     */
    public static Block of(BlockTarget target, Instant since, Instant until, String reason, String by) {
        Instant begin = Instant.ofEpochMilli(since.toEpochMilli());
        Instant end = Instant.ofEpochMilli(until.toEpochMilli());
        if (end.isBefore(begin) || Duration.between(begin, end).compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("must last no longer than " + LONGEST.toDays() + " days");
        }
        return new Block(target, begin, end, reason(reason), by);
    }

    /**
     * A reason as it may be written, without white space around it.
     *
     * @throws IllegalArgumentException that says "must ..." if it is longer than {@link #LONGEST_REASON} characters, or if one
     *     of them cannot be printed
     */
    public static String reason(String text) {
        String reason = text.strip();
        if (reason.length() > LONGEST_REASON || NOT_PRINTABLE.matcher(reason).find()) {
            throw new IllegalArgumentException(
                    "must be printable, on one line of at most " + LONGEST_REASON + " characters");
        }
        return reason;
    }

    /** This block with another begin and end, as another clock tells them. */
    public Block from(Instant begin, Instant end) {
        return new Block(target, begin, end, reason, by);
    }

    public BlockTarget target() {
        return target;
    }

    public Instant since() {
        return since;
    }

    public Instant until() {
        return until;
    }

    public String reason() {
        return reason;
    }

    public String by() {
        return by;
    }

    public boolean isActiveAt(Instant instant) {
        return instant.isBefore(until);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        if (!(other instanceof Block)) {
            return false;
        }
        Block that = (Block) other;
        return target.equals(that.target)
                && since.equals(that.since)
                && until.equals(that.until)
                && reason.equals(that.reason)
                && by.equals(that.by);
    }

    @Override
    public int hashCode() {
        return Objects.hash(target, since, until, reason, by);
    }

    @Override
    public String toString() {
        return "block of " + target + " until " + until + " by " + by;
    }
}
