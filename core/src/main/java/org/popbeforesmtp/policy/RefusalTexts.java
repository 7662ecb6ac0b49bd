// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.policy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.popbeforesmtp.address.ClientAddress;

/**
 * What a refused user sees in the error window of their mail program. One line of printable ASCII, made only of the
 * operator's words and the client's address, so that no client can put bytes of its own into it.
 */
public final class RefusalTexts {

    /** How long a text may be so that the reply line, with codes and line end, keeps to 512 octets (RFC 5321 4.5.3.1.5). */
    public static final int LIMIT = 490;

    private static final ClientAddress LONGEST_ADDRESS = ClientAddress.parse("2001:1db8:1111:2222:3333:4444:5555:6666");
    private static final DateTimeFormatter DATE_AND_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm 'UTC'", Locale.ROOT);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm 'UTC'", Locale.ROOT);
    private static final String HELP = "{help}";
    private static final String DATE = "{date}";
    private static final String WHEN = "{time}";

    /** The end of the default texts, which is left out where the port does not offer SMTP AUTH. */
    private static final Pattern ADVICE_TO_AUTHENTICATE = Pattern.compile("(;|, or) turn on SMTP authentication$");

    private static final Pattern WORDS_OF_THE_END = Pattern.compile(" and ends for good on \\{date}");

    private static final String SENDER_IF_LOCAL = "Relaying denied for {address}: the sender address is none of this"
            + " server's; send from your address here, or turn on SMTP authentication";

    private final Map<Reason, String> own;
    private final String help;
    private final PolicySettings settings;
    private final String retirementDate;

    private RefusalTexts(Map<Reason, String> own, String help, PolicySettings settings) {
        this.own = Map.copyOf(own);
        this.help = help;
        this.settings = settings;
        this.retirementDate =
                settings.retirement().date().map(RefusalTexts::inWords).orElse("");
    }

    /**
     * Texts with the operator's words in them.
     *
     * @param own what the operator has written, with {@link Reason#placeholders}; the others are {@link Reason#text}
     * @param help where a refused user finds help; appended to each text that does not contain it; may be empty
     * @param settings what the texts mention: the lifetime, and whose addresses a sender may have
     */
    public static RefusalTexts of(Map<Reason, String> own, String help, PolicySettings settings) {
        return new RefusalTexts(own, help, settings);
    }

    private static String inWords(Instant date) {
        ZonedDateTime utc = date.atZone(ZoneOffset.UTC);
        boolean isWholeDay = utc.toLocalTime().equals(LocalTime.MIDNIGHT);
        return isWholeDay ? utc.toLocalDate().toString() : utc.format(DATE_AND_TIME);
    }

    /** Where a refused user finds help; may be empty. */
    public String help() {
        return help;
    }

    /** How long the text for a reason can become. */
    public int longest(Reason reason) {
        return of(reason, LONGEST_ADDRESS).replace(WHEN, "00:00 UTC").length();
    }

    /** The text of a refusal, without any code, where SMTP AUTH is offered. */
    public String of(Reason reason, ClientAddress client) {
        return filledIn(template(reason), client);
    }

    /** The text of a refusal after its enhanced status code, where SMTP AUTH is offered. */
    public String withStatus(Reason reason, ClientAddress client) {
        return withStatus(reason, client, true);
    }

    /**
     * The text of a refusal after its enhanced status code (RFC 3463).
     *
     * @param offersAuth whether the client can use SMTP AUTH where it is refused; otherwise the default texts do not
     *     advise it
     */
    public String withStatus(Reason reason, ClientAddress client, boolean offersAuth) {
        String template = template(reason);
        boolean isFit = offersAuth || own.containsKey(reason);
        return reason.status() + " "
                + filledIn(
                        isFit
                                ? template
                                : ADVICE_TO_AUTHENTICATE.matcher(template).replaceFirst(""),
                        client);
    }

    /**
     * The text for a user who has named too many recipients, after its status code.
     *
     * @param goesOnAt when they may name another one; shown rounded up to a full minute
     */
    public String ofLimit(ClientAddress client, Instant goesOnAt, boolean offersAuth) {
        String time =
                goesOnAt.plusSeconds(60).minusMillis(1).atZone(ZoneOffset.UTC).format(TIME);
        return withStatus(Reason.LIMIT, client, offersAuth).replace(WHEN, time);
    }

    private String template(Reason reason) {
        String text = own.getOrDefault(reason, reason.text());
        if (own.containsKey(reason)) {
            return text;
        }
        if (reason == Reason.SENDER && settings.sender() == SenderRule.LOCAL) {
            return SENDER_IF_LOCAL;
        }
        return retirementDate.isEmpty() ? WORDS_OF_THE_END.matcher(text).replaceFirst("") : text;
    }

    private String filledIn(String template, ClientAddress client) {
        String withHelp = help.isEmpty() || template.contains(HELP) ? template : template + " (help: {help})";
        return withHelp.replace("{address}", client.toString())
                .replace("{lifetime}", settings.lifetime().toString())
                .replace("{minutes}", String.valueOf(minutes(settings.lifetime().toDuration())))
                .replace(DATE, retirementDate)
                .replace("{limit}", String.valueOf(settings.recipientsPerHour()))
                .replace(HELP, help);
    }

    /** Whole ones; one that has begun counts. */
    private static long minutes(Duration duration) {
        return duration.plus(Duration.ofMinutes(1)).minusMillis(1).toMinutes();
    }
}
