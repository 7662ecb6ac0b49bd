// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.policy;

import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Lifetime;

/**
 * What a refused user reads in his mail program's error window. One line of printable ASCII, made of the operator's
 * words and the client's address alone, so that no client can put bytes of its own into it.
 */
public final class RefusalTexts {

    /** The text of the usual refusal, with its placeholders. */
    public static final String DEFAULT_MESSAGE = "Relaying denied for {address}: check your mail first, "
            + "then send again within {lifetime}, or turn on SMTP authentication";

    /** How long a text may be so that the reply line, with codes and line end, keeps to 512 octets (RFC 5321 4.5.3.1.5). */
    public static final int LIMIT = 490;

    private static final ClientAddress LONGEST_ADDRESS = ClientAddress.parse("2001:1db8:1111:2222:3333:4444:5555:6666");
    private static final String ADDRESS = "{address}";
    private static final String LIFETIME = "{lifetime}";
    private static final DateTimeFormatter DATE_AND_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT);
    private static final String HELP = "{help}";

    /** What is replaced in a text. */
    public static final List<String> PLACEHOLDERS = List.of(ADDRESS, LIFETIME, HELP);

    private final String template;
    private final String help;
    private final Lifetime lifetime;
    private final SenderRule sender;
    private final String retirementDate;

    private RefusalTexts(String template, String help, PolicySettings settings) {
        this.template = template;
        this.help = help;
        this.lifetime = settings.lifetime();
        this.sender = settings.sender();
        this.retirementDate =
                settings.retirement().date().map(RefusalTexts::inWords).orElse("");
    }

    /**
     * Texts with the operator's words in them.
     *
     * @param template of the usual refusal; {@code {address}}, {@code {lifetime}} and {@code {help}} are replaced
     * @param help where a refused user finds help; it follows each text that does not name it itself; may be empty
     * @param settings what the texts tell of: the lifetime, and whose addresses a sender may have
     */
    public static RefusalTexts of(String template, String help, PolicySettings settings) {
        return new RefusalTexts(template, help, settings);
    }

    public String template() {
        return template;
    }

    /** How long a text can become. */
    public int longest() {
        int longest = 0;
        for (Reason reason : Reason.values()) {
            longest = Math.max(longest, of(reason, LONGEST_ADDRESS).length());
        }
        return longest;
    }

    /** The text of a refusal behind its enhanced status code (RFC 3463). */
    public String withStatus(Reason reason, ClientAddress client) {
        return status(reason) + of(reason, client);
    }

    private static String status(Reason reason) {
        switch (reason) {
            case UNKNOWN:
                return "4.3.0 ";
            case BROWNOUT:
                return "4.7.1 ";
            default:
                return "5.7.1 ";
        }
    }

    private static String inWords(Instant date) {
        ZonedDateTime utc = date.atZone(ZoneOffset.UTC);
        boolean isWholeDay = utc.toLocalTime().equals(LocalTime.MIDNIGHT);
        return isWholeDay ? utc.toLocalDate().toString() : utc.format(DATE_AND_TIME);
    }

    /** The text of a refusal, without any code. */
    public String of(Reason reason, ClientAddress client) {
        String text = template(reason);
        String withHelp = help.isEmpty() || text.contains(HELP) ? text : text + " (help: {help})";
        return withHelp.replace(ADDRESS, client.toString())
                .replace(LIFETIME, lifetime.toString())
                .replace(HELP, help);
    }

    private String template(Reason reason) {
        switch (reason) {
            case LOGIN_UNDER_WAY:
                return "Relaying denied for {address}: a login at this address is being checked; send again now";
            case SENDER:
                return sender == SenderRule.LOCAL
                        ? "Relaying denied for {address}: the sender address is none of this server's;"
                                + " send from your address here, or turn on SMTP authentication"
                        : "Relaying denied for {address}: the sender address does not belong to a user who checked mail"
                                + " from this address; send from your own address, or turn on SMTP authentication";
            case NULL_SENDER:
                return "Relaying denied for {address}: a receipt without a sender cannot be sent this way;"
                        + " turn on SMTP authentication";
            case SHARED:
                return "Relaying denied for {address}: too many users share this address; turn on SMTP authentication";
            case UNENCRYPTED:
                return "Relaying denied for {address}: your mail program logged in without encryption;"
                        + " turn on TLS for POP3, check your mail, then send again within {lifetime}";
            case EXCLUDED:
                return "Relaying denied for {address}: checking mail does not allow sending from this network;"
                        + " turn on SMTP authentication";
            case RETIRED:
                return "Relaying denied for {address}: sending after checking mail has ended" + before(" on ")
                        + "; turn on SMTP authentication";
            case BROWNOUT:
                return "Relaying denied for {address}: sending after checking mail is paused now"
                        + before(" and ends for good on ") + "; send again later, or turn on SMTP authentication";
            case OBSERVED:
                return "Relaying denied for {address}: a grant would allow it, but the mode is to observe only";
            case UNKNOWN:
                return "Relaying for {address} cannot be decided right now, please try again later";
            case NO_GRANT:
                return template;
        }
        throw new IllegalStateException("no text for " + reason);
    }

    /** Words before the date of the end; nothing if there is no date. */
    private String before(String words) {
        return retirementDate.isEmpty() ? "" : words + retirementDate;
    }
}
