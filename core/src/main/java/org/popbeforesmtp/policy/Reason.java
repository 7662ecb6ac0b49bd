// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.policy;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Why a client may not relay on a grant, and the refusal text: the key that sets it, and its default. */
public enum Reason {
    /** Nobody who still exists has an active grant there. */
    NO_GRANT(
            "refusal.message",
            "check your mail first, then send again within {lifetime}, or turn on SMTP authentication"),
    /** No grant there covers the sender, but a POP3 session from there is logging in. */
    LOGIN_UNDER_WAY("refusal.loginUnderWay", "a login at this address is being checked; send again now"),
    /** The sender's user has an active grant at an address of the other version of IP. */
    OTHER_IP_VERSION(
            "refusal.otherIpVersion",
            "check your mail first over the version of IP that you send with (it was checked over the other one of IPv4"
                    + " and IPv6), then send again within {lifetime}, or turn on SMTP authentication"),
    /** The sender address belongs to none of the users who logged in from there. */
    SENDER(
            "refusal.sender",
            "the sender address does not belong to a user who checked mail from this address;"
                    + " send from your own address, or turn on SMTP authentication"),
    /** The null sender, such as that of a receipt, belongs to no user. */
    NULL_SENDER(
            "refusal.nullSender", "a receipt without a sender cannot be sent this way; turn on SMTP authentication"),
    /** Too many different users logged in from there. */
    SHARED("refusal.shared", "too many users share this address; turn on SMTP authentication"),
    /** The logins from there were not encrypted, and they must be. */
    UNENCRYPTED(
            "refusal.unencrypted",
            "your mail program logged in without encryption;"
                    + " turn on TLS for POP3 or IMAP, check your mail, then send again within {lifetime}"),
    /** Logins from there never grant. */
    EXCLUDED("refusal.excluded", "checking mail does not allow sending from this network; turn on SMTP authentication"),
    /** Logins of that user never grant. */
    USER_EXCLUDED(
            "refusal.userExcluded", "checking mail does not allow this user to send; turn on SMTP authentication"),
    /** An administrator keeps the address, or the user, from relaying for a while. */
    BLOCKED(
            "refusal.blocked",
            "sending after checking mail is blocked for this address or account; ask your administrator"),
    /** The user has named as many recipients within an hour as they may. */
    LIMIT(
            "refusal.limit",
            "4.5.3",
            Reason.DENIED + "you have reached the limit of {limit} recipients an hour; send again after {time},"
                    + " or turn on SMTP authentication"),
    /** Grants have ended permanently. */
    RETIRED("refusal.retired", "sending after checking mail has ended on {date}; turn on SMTP authentication"),
    /** A brown-out: grants allow nothing for a while, so that users who depend on them notice before the end. */
    BROWNOUT(
            "refusal.brownout",
            "4.7.1",
            Reason.DENIED + "sending after checking mail is paused now and ends for good on {date};"
                    + " send again later, or turn on SMTP authentication"),
    /** It would be allowed, but the mode is to observe. */
    OBSERVED("refusal.observed", "a grant would allow it, but the mode is to observe only"),
    /** The store, or the mail server's user repository, cannot answer. */
    UNKNOWN("refusal.unknown", "4.3.0", "Relaying for {address} cannot be decided right now, please try again later");

    private static final String DENIED = "Relaying denied for {address}: ";
    private static final List<String> PLACEHOLDERS_OF_ALL = List.of("{address}", "{lifetime}", "{minutes}", "{help}");
    private static final List<String> PLACEHOLDERS_OF_SOME = List.of("{date}", "{limit}", "{time}");

    private final String key;
    private final String status;
    private final String text;

    /** A permanent denial. */
    Reason(String key, String advice) {
        this(key, "5.7.1", Reason.DENIED + advice);
    }

    Reason(String key, String status, String text) {
        this.key = key;
        this.status = status;
        this.text = text;
    }

    /** Whether a login, or another one, would have helped. */
    boolean isHelpedByLogin() {
        return this == NO_GRANT
                || this == LOGIN_UNDER_WAY
                || this == OTHER_IP_VERSION
                || this == SENDER
                || this == UNENCRYPTED;
    }

    /** The word for logs, JSON and metrics: {@code no-grant}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The key of the configuration that sets the text. */
    public String key() {
        return key;
    }

    /** The enhanced status code (RFC 3463) in front of the text. */
    String status() {
        return status;
    }

    /** The default text of the refusal, with placeholders. */
    public String text() {
        return text;
    }

    /** The placeholders that a text for this reason may contain. */
    public List<String> placeholders() {
        return Stream.concat(
                        PLACEHOLDERS_OF_ALL.stream(),
                        PLACEHOLDERS_OF_SOME.stream().filter(text::contains))
                .collect(Collectors.toUnmodifiableList());
    }
}
