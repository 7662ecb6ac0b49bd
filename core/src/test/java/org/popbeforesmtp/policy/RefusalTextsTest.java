// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.store.Lifetime;

class RefusalTextsTest {

    private static final ClientAddress CLIENT = ClientAddress.parse("203.0.113.9");
    private static final ClientAddress LONGEST_ADDRESS = ClientAddress.parse("fe80:1111:2222:3333:4444:5555:6666:7777");
    private static final Lifetime LIFETIME = Lifetime.parse("15m");

    static Stream<Reason> reasonsOfADenial() {
        return EnumSet.complementOf(EnumSet.of(Reason.UNKNOWN)).stream();
    }

    @Test
    void theUsualRefusalShouldSayWhatToDo() {
        assertThat(texts("").of(Reason.NO_GRANT, CLIENT))
                .isEqualTo("Relaying denied for 203.0.113.9: check your mail first, then send again within 15 minutes, "
                        + "or turn on SMTP authentication");
    }

    @ParameterizedTest
    @MethodSource("reasonsOfADenial")
    void eachDenialShouldBeginWithTheAddress(Reason reason) {
        assertThat(texts("").of(reason, CLIENT)).startsWith("Relaying denied for 203.0.113.9: ");
        assertThat(texts("").of(reason, ClientAddress.parse("2001:db8::1")))
                .startsWith("Relaying denied for 2001:db8::1: ");
    }

    @Test
    void aFailureShouldNotBeCalledADenial() {
        assertThat(texts("").of(Reason.UNKNOWN, CLIENT))
                .isEqualTo("Relaying for 203.0.113.9 cannot be decided right now, please try again later");
    }

    @Test
    void eachReasonShouldHaveATextOfItsOwn() {
        assertThat(Stream.of(Reason.values()).map(reason -> texts("").of(reason, CLIENT)))
                .doesNotHaveDuplicates()
                .hasSize(Reason.values().length);
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void helpShouldFollowEachText(Reason reason) {
        assertThat(texts("https://help.example.org/").of(reason, CLIENT))
                .isEqualTo(texts("").of(reason, CLIENT) + " (help: https://help.example.org/)");
    }

    @Test
    void helpShouldStandWhereTheMessageWantsIt() {
        RefusalTexts texts =
                RefusalTexts.of(own("Call {help}, {address}, after {lifetime}"), "0123 {address}", settings(LIFETIME));

        assertThat(texts.of(Reason.NO_GRANT, CLIENT)).isEqualTo("Call 0123 {address}, 203.0.113.9, after 15 minutes");
    }

    @Test
    void aMessageThatWantsHelpShouldDoWithoutIfThereIsNone() {
        assertThat(RefusalTexts.of(own("Call {help}."), "", settings(LIFETIME)).of(Reason.NO_GRANT, CLIENT))
                .isEqualTo("Call .");
    }

    // ---- ports without SMTP AUTH

    @ParameterizedTest
    @EnumSource(Reason.class)
    void ourTextsShouldNotAdviseWhatThePortDoesNotOffer(Reason reason) {
        String offered = texts("").withStatus(reason, CLIENT, true);

        assertThat(offered).isEqualTo(texts("").withStatus(reason, CLIENT));
        assertThat(texts("").withStatus(reason, CLIENT, false))
                .doesNotContain("AUTH", "authentication")
                .isEqualTo(offered.replace(", or turn on SMTP authentication", "")
                        .replace("; turn on SMTP authentication", ""));
    }

    @Test
    void helpShouldFollowWhereThePortOffersNoAuth() {
        assertThat(texts("Tel. 0123").withStatus(Reason.SHARED, CLIENT, false))
                .isEqualTo(
                        "5.7.1 Relaying denied for 203.0.113.9: too many users share this address (help: Tel. 0123)");
    }

    @Test
    void theOperatorsOwnTextShouldStayAsItIsWhereverItIsRead() {
        String own = "Not from {address}; turn on SMTP authentication";
        RefusalTexts texts = RefusalTexts.of(Map.of(Reason.SHARED, own), "", settings(LIFETIME));

        assertThat(texts.withStatus(Reason.SHARED, CLIENT, false))
                .isEqualTo("5.7.1 Not from 203.0.113.9; turn on SMTP authentication");
    }

    // ---- texts of the operator's

    @ParameterizedTest
    @EnumSource(Reason.class)
    void eachTextShouldBeTheOperatorsIfThereIsOne(Reason reason) {
        RefusalTexts texts =
                RefusalTexts.of(Map.of(reason, "Mata {minutes}-fun inai ni"), "", settings(Lifetime.parse("20m")));

        for (Reason each : Reason.values()) {
            assertThat(texts.of(each, CLIENT)).isEqualTo(each == reason ? "Mata 20-fun inai ni" : texts("20m", each));
        }
    }

    private static String texts(String lifetime, Reason reason) {
        return RefusalTexts.of(Map.of(), "", settings(Lifetime.parse(lifetime))).of(reason, CLIENT);
    }

    @ParameterizedTest
    @CsvSource({"15m, 15", "90s, 2", "1s, 1", "60001ms, 2", "60s, 1", "24h, 1440"})
    void minutesShouldBeWholeOnesAndNoTooShort(String lifetime, String minutes) {
        RefusalTexts texts = RefusalTexts.of(own("{minutes}"), "", settings(Lifetime.parse(lifetime)));

        assertThat(texts.of(Reason.NO_GRANT, CLIENT)).isEqualTo(minutes);
    }

    @Test
    void theDateOfTheEndShouldStandWhereTheTextWantsIt() {
        PolicySettings settings = PolicySettings.builder()
                .retirement(Retirement.of(
                        Optional.of(Instant.parse("2027-06-01T00:00:00Z")),
                        List.of(),
                        Optional.empty(),
                        UserSet.parse(List.of())))
                .build();
        RefusalTexts texts = RefusalTexts.of(Map.of(Reason.RETIRED, "Ende am {date}."), "", settings);

        assertThat(texts.of(Reason.RETIRED, CLIENT)).isEqualTo("Ende am 2027-06-01.");
    }

    @Test
    void aBrownoutWithoutAnEndShouldNameNoDate() {
        assertThat(texts("").of(Reason.BROWNOUT, CLIENT))
                .isEqualTo(
                        "Relaying denied for 203.0.113.9: sending after checking mail is paused now; send again later,"
                                + " or turn on SMTP authentication");
    }

    @Test
    void withLocalSendersTheTextShouldSpeakOfThem() {
        PolicySettings local = PolicySettings.builder().sender(SenderRule.LOCAL).build();

        assertThat(RefusalTexts.of(Map.of(), "", local).withStatus(Reason.SENDER, CLIENT, false))
                .isEqualTo(
                        "5.7.1 Relaying denied for 203.0.113.9: the sender address is none of this server's; send from"
                                + " your address here");
        assertThat(RefusalTexts.of(Map.of(Reason.SENDER, "No."), "", local).of(Reason.SENDER, CLIENT))
                .isEqualTo("No.");
    }

    @Test
    void keysShouldBeOnesOfTheirOwn() {
        assertThat(Stream.of(Reason.values()).map(Reason::key))
                .doesNotHaveDuplicates()
                .allMatch(key -> key.matches("refusal\\.[a-zA-Z]+"));
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void eachTextShouldFitIntoAReplyLine(Reason reason) {
        String longestHelp = "h".repeat(200);
        String reply = "550 5.7.1 "
                + RefusalTexts.of(Map.of(), longestHelp, settings(Lifetime.parse("86399999ms")))
                        .of(reason, LONGEST_ADDRESS)
                + "\r\n";

        assertThat(reply.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(512);
    }

    @Property
    void longestShouldBeAnUpperBoundForEveryClient(
            @ForAll("templates") String template, @ForAll("asciiTexts") String help, @ForAll @Size(16) byte[] address) {
        RefusalTexts texts = RefusalTexts.of(own(template), help, settings(LIFETIME));

        for (Reason reason : Reason.values()) {
            assertThat(texts.of(reason, ClientAddress.ofBytes(address)).length())
                    .isLessThanOrEqualTo(texts.longest(reason));
            assertThat(texts.longest(reason))
                    .isEqualTo(texts.of(reason, LONGEST_ADDRESS).length());
        }
    }

    @Property
    void textsShouldBeOneLineOfPrintableAscii(
            @ForAll("templates") String template,
            @ForAll("asciiTexts") String help,
            @ForAll("addresses") byte[] address) {
        RefusalTexts texts = RefusalTexts.of(own(template), help, settings(LIFETIME));

        for (Reason reason : Reason.values()) {
            assertThat(texts.of(reason, ClientAddress.ofBytes(address))).matches("[\\x20-\\x7e]*");
        }
    }

    @Provide
    Arbitrary<String> templates() {
        return Arbitraries.oneOf(
                        Arbitraries.of("{address}", "{lifetime}", "{help}", "{", "}", "$1", "\\"),
                        Arbitraries.strings().withCharRange(' ', '~').ofMaxLength(20))
                .list()
                .ofMaxSize(50)
                .map(parts -> String.join("", parts));
    }

    @Provide
    Arbitrary<String> asciiTexts() {
        return Arbitraries.strings().withCharRange(' ', '~').ofMaxLength(200);
    }

    @Provide
    Arbitrary<byte[]> addresses() {
        return Arbitraries.of(4, 16)
                .flatMap(length -> Arbitraries.bytes().array(byte[].class).ofSize(length));
    }

    /** The same words of the operator for each reason. */
    private static Map<Reason, String> own(String template) {
        return Stream.of(Reason.values()).collect(Collectors.toMap(reason -> reason, reason -> template));
    }

    private static RefusalTexts texts(String help) {
        return RefusalTexts.of(Map.of(), help, settings(LIFETIME));
    }

    private static PolicySettings settings(Lifetime lifetime) {
        return PolicySettings.builder().lifetime(lifetime).build();
    }
}
