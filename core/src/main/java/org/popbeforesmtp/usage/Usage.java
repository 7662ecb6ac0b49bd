// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.usage;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Protocol;

/**
 * What one user relayed on grants in some period: at least one message. Sums do not depend on the order, so that nodes
 * can count separately.
 */
public final class Usage {

    /** How many different addresses are kept: enough to distinguish one device from many. */
    public static final int ADDRESSES_KEPT = 16;

    private final long messages;
    private final long recipients;
    private final Instant first;
    private final Instant last;
    private final NavigableSet<ClientAddress> addresses;
    private final Protocol protocol;
    private final boolean encrypted;

    private Usage(
            long messages,
            long recipients,
            Instant first,
            Instant last,
            Collection<ClientAddress> addresses,
            Protocol protocol,
            boolean encrypted) {
        this.messages = messages;
        this.recipients = recipients;
        this.first = first;
        this.last = last;
        NavigableSet<ClientAddress> kept = new TreeSet<>(addresses);
        while (kept.size() > ADDRESSES_KEPT) {
            kept.pollLast();
        }
        this.addresses = Collections.unmodifiableNavigableSet(kept);
        this.protocol = protocol;
        this.encrypted = encrypted;
    }

    /** One message that was accepted, and how many of its recipients are elsewhere. */
    public static Usage ofMessage(
            Instant at, int recipients, ClientAddress client, Protocol protocol, boolean encrypted) {
        Instant to = at.truncatedTo(ChronoUnit.MILLIS);
        return new Usage(1, recipients, to, to, List.of(client), protocol, encrypted);
    }

    /**
     * What was counted before, for stores.
     *
     * @throws IllegalArgumentException if it cannot have been counted
     */
    public static Usage of(
            long messages,
            long recipients,
            Instant first,
            Instant last,
            Collection<ClientAddress> addresses,
            Protocol protocol,
            boolean encrypted) {
        if (messages < 1 || recipients < 0 || last.isBefore(first)) {
            throw new IllegalArgumentException("must be at least one message, and end no sooner than it began");
        }
        return new Usage(messages, recipients, first, last, addresses, protocol, encrypted);
    }

    public Usage plus(Usage other) {
        Usage later = isNoLaterThan(other) ? other : this;
        NavigableSet<ClientAddress> both = new TreeSet<>(addresses);
        both.addAll(other.addresses);
        return new Usage(
                messages + other.messages,
                recipients + other.recipients,
                first.isBefore(other.first) ? first : other.first,
                later.last,
                both,
                later.protocol,
                later.encrypted);
    }

    /** For two at the same time any order will do if it is always the same. */
    private boolean isNoLaterThan(Usage other) {
        int order = last.compareTo(other.last);
        if (order == 0) {
            order = protocol.toString().compareTo(other.protocol.toString());
        }
        return order < 0 || (order == 0 && !other.encrypted);
    }

    public long messages() {
        return messages;
    }

    /** How many recipients elsewhere. */
    public long recipients() {
        return recipients;
    }

    public Instant first() {
        return first;
    }

    public Instant last() {
        return last;
    }

    /** From where; no more than {@link #ADDRESSES_KEPT}, the lowest of all. */
    public NavigableSet<ClientAddress> addresses() {
        return addresses;
    }

    /** How the user had logged in before the last of the messages. */
    public Protocol protocol() {
        return protocol;
    }

    /** Whether the password of that login came over TLS. */
    public boolean encrypted() {
        return encrypted;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Usage
                && messages == ((Usage) other).messages
                && recipients == ((Usage) other).recipients
                && first.equals(((Usage) other).first)
                && last.equals(((Usage) other).last)
                && addresses.equals(((Usage) other).addresses)
                && protocol.equals(((Usage) other).protocol)
                && encrypted == ((Usage) other).encrypted;
    }

    @Override
    public int hashCode() {
        return Objects.hash(messages, recipients, first, last, addresses, protocol, encrypted);
    }

    @Override
    public String toString() {
        return messages + " messages to " + recipients + " recipients from " + addresses + " after logins over "
                + protocol + (encrypted ? " with TLS" : " without TLS") + ", " + first + " to " + last;
    }
}
