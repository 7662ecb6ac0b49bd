// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
                RefusalTexts.of("Call {help}, {address}, after {lifetime}", "0123 {address}", settings(LIFETIME));

        assertThat(texts.of(Reason.NO_GRANT, CLIENT)).isEqualTo("Call 0123 {address}, 203.0.113.9, after 15 minutes");
    }

    @Test
    void aMessageThatWantsHelpShouldDoWithoutIfThereIsNone() {
        assertThat(RefusalTexts.of("Call {help}.", "", settings(LIFETIME)).of(Reason.NO_GRANT, CLIENT))
                .isEqualTo("Call .");
    }

    @ParameterizedTest
    @EnumSource(Reason.class)
    void eachTextShouldFitIntoAReplyLine(Reason reason) {
        String longestHelp = "h".repeat(200);
        String reply = "550 5.7.1 "
                + RefusalTexts.of(RefusalTexts.DEFAULT_MESSAGE, longestHelp, settings(Lifetime.parse("86399999ms")))
                        .of(reason, LONGEST_ADDRESS)
                + "\r\n";

        assertThat(reply.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(512);
    }

    @Property
    void longestShouldBeAnUpperBoundForEveryClient(
            @ForAll("templates") String template, @ForAll("asciiTexts") String help, @ForAll @Size(16) byte[] address) {
        RefusalTexts texts = RefusalTexts.of(template, help, settings(LIFETIME));

        for (Reason reason : Reason.values()) {
            assertThat(texts.of(reason, ClientAddress.ofBytes(address)).length())
                    .isLessThanOrEqualTo(texts.longest());
        }
        assertThat(texts.longest()).isEqualTo(longestFor(texts));
    }

    @Property
    void textsShouldBeOneLineOfPrintableAscii(
            @ForAll("templates") String template,
            @ForAll("asciiTexts") String help,
            @ForAll("addresses") byte[] address) {
        RefusalTexts texts = RefusalTexts.of(template, help, settings(LIFETIME));

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

    private static int longestFor(RefusalTexts texts) {
        return Stream.of(Reason.values())
                .mapToInt(reason -> texts.of(reason, LONGEST_ADDRESS).length())
                .max()
                .orElseThrow();
    }

    private static RefusalTexts texts(String help) {
        return RefusalTexts.of(RefusalTexts.DEFAULT_MESSAGE, help, settings(LIFETIME));
    }

    private static PolicySettings settings(Lifetime lifetime) {
        return PolicySettings.builder().lifetime(lifetime).build();
    }
}
