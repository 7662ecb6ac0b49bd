// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.address.NetworkSet;
import org.popbeforesmtp.drac.rpc.GarbledMessageException;
import org.popbeforesmtp.drac.rpc.Messages;
import org.popbeforesmtp.drac.rpc.RecordedAnswers;
import org.popbeforesmtp.drac.rpc.Transport;
import org.popbeforesmtp.runtime.LogLimit;
import org.popbeforesmtp.runtime.MutableClock;

class DracProgramTest {

    private static final String ALLOWED = "198.51.100.25";
    private static final String STRANGER = "203.0.113.9";
    private static final String AUTH_SYS = "00000001 00000018 00000000 00000003 70307000 00000000 00000000 00000000";

    private final MutableClock clock = new MutableClock();
    private final LogLimit log = new LogLimit(clock, 1);
    private final Queue<String> added = new ConcurrentLinkedQueue<>();
    private volatile DracResult result = DracResult.SUCCESS;
    private final CallQueue queue = new CallQueue(
            (granted, caller) -> {
                added.add(granted + " from " + caller);
                return result;
            },
            clock,
            log);
    private final DracProgram program =
            new DracProgram(NetworkSet.parse(List.of("198.51.100.0/24"))::contains, queue, log);

    @AfterEach
    void tearDown() {
        queue.close();
    }

    private String answer(String call) {
        return answer(call, ALLOWED);
    }

    private String answer(String call, String caller) {
        RecordedAnswers answers = new RecordedAnswers();
        try {
            program.receive(Messages.bytes(call), ClientAddress.parse(caller), Transport.UDP, answers);
        } catch (GarbledMessageException e) {
            throw new AssertionError(e);
        }
        await().until(answers::isAnswered);
        return answers.answer();
    }

    private void receive(ByteBuffer message, RecordedAnswers answers) throws GarbledMessageException {
        program.receive(message, ClientAddress.parse(ALLOWED), Transport.UDP, answers);
    }

    @Test
    void version1ShouldAddAnIpv4Address() {
        assertThat(Messages.bytes(Messages.ADD_IPV4).remaining()).isEqualTo(44);
        assertThat(answer(Messages.ADD_IPV4)).isEqualTo(Messages.success("00000000"));
        assertThat(added).containsExactly("192.0.2.17 from 198.51.100.25");
    }

    @ParameterizedTest
    @CsvSource({
        // As a compiler with signed characters sends it, as one without, and with rubbish in the octets that don't
        // count.
        "00000020 00000001 0000000d ffffffb8 00000000 00000000 00000000 00000000"
                + " 00000000 00000000 00000000 00000000 ffffffff ffffff80 00000000 00000001",
        "00000020 00000001 0000000d 000000b8 00000000 00000000 00000000 00000000"
                + " 00000000 00000000 00000000 00000000 000000ff 00000080 00000000 00000001",
        "12345620 12345601 1234560d 123456b8 12345600 12345600 12345600 12345600"
                + " 12345600 12345600 12345600 12345600 123456ff 12345680 12345600 12345601"
    })
    void version2ShouldAddAnIpv6AddressWhateverTheSignOfItsOctets(String octets) {
        String call = Messages.call(2, 1) + " " + octets;

        assertThat(Messages.bytes(call).remaining()).isEqualTo(104);
        assertThat(answer(call)).isEqualTo(Messages.success("00000000"));
        assertThat(added).containsExactly("2001:db8::ff80:1 from 198.51.100.25");
    }

    @Test
    void version2ShouldTakeAMappedAddressForTheIpv4Address() {
        String octets = "00000000 ".repeat(10) + "ffffffff ffffffff ffffffc0 00000000 00000002 00000011";

        assertThat(answer(Messages.call(2, 1) + " " + octets)).isEqualTo(Messages.success("00000000"));
        assertThat(added).containsExactly("192.0.2.17 from 198.51.100.25");
    }

    @Test
    void aRepeatedCallShouldBeCarriedOutAgain() {
        assertThat(answer(Messages.ADD_IPV4)).isEqualTo(answer(Messages.ADD_IPV4));
        assertThat(added).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({"SUCCESS, 00000000", "PERMISSION_DENIED, 00000001", "SYSTEM_ERROR, 00000002"})
    void theResultShouldBeReported(DracResult told, String code) {
        result = told;

        assertThat(answer(Messages.ADD_IPV4)).isEqualTo(Messages.success(code));
    }

    @Test
    void aStrangerShouldBeToldThatTheyMayNot() {
        assertThat(answer(Messages.ADD_IPV4, STRANGER)).isEqualTo(Messages.success("00000001"));
        assertThat(added).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void procedure0ShouldDoNothingForAnybody(int version) {
        assertThat(answer(Messages.call(version, 0), STRANGER)).isEqualTo(Messages.success(""));
        assertThat(added).isEmpty();
    }

    @Test
    void credentialsOfAUnixAccountShouldBePassedOver() {
        String call =
                Messages.ADD_IPV4.replaceFirst("00000001 00000001 00000000 00000000", "00000001 00000001 " + AUTH_SYS);

        assertThat(answer(call)).isEqualTo(Messages.success("00000000"));
        assertThat(added).hasSize(1);
    }

    @Test
    void credentialsOfAnotherKindShouldBeRejected() {
        String call = Messages.ADD_IPV4.replaceFirst(
                "00000001 00000001 00000000 00000000", "00000001 00000001 00000006 00000000");

        assertThat(answer(call)).isEqualTo(Messages.XID + " 00000001 00000001 00000001 00000002");
        assertThat(added).isEmpty();
    }

    @Test
    void anotherProgramShouldBeUnavailable() {
        assertThat(answer(Messages.call(900_102, 1, 1))).isEqualTo(Messages.accepted("00000001"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, -1})
    void anotherVersionShouldBeAnsweredWithTheVersionsThereAre(int version) {
        assertThat(answer(Messages.call(version, 1))).isEqualTo(Messages.accepted("00000002 00000001 00000002"));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, -1})
    void anotherProcedureShouldBeUnavailable(int procedure) {
        assertThat(answer(Messages.call(2, procedure))).isEqualTo(Messages.accepted("00000003"));
    }

    @ParameterizedTest
    @CsvSource({"1, ''", "1, c0000211 00000000", "2, ''", "2, c0000211"})
    void argumentsThatAreTooShortOrTooLongShouldBeGarbage(int version, String arguments) {
        assertThat(answer(Messages.call(version, 1) + " " + arguments)).isEqualTo(Messages.accepted("00000004"));
        assertThat(added).isEmpty();
    }

    @Test
    void anotherVersionOfRpcShouldBeAnsweredWithOurs() {
        String call = Messages.XID + " 00000000 00000003 00000000 00000000 00000000";

        assertThat(answer(call)).isEqualTo(Messages.XID + " 00000001 00000001 00000000 00000002 00000002");
    }

    @Test
    void aReplyShouldNotBeAnswered() {
        ByteBuffer reply = Messages.bytes(Messages.success("00000000"));
        RecordedAnswers answers = new RecordedAnswers();

        assertThatThrownBy(() -> receive(reply, answers)).isInstanceOf(GarbledMessageException.class);
        assertThat(answers.isAnswered()).isFalse();
    }

    @Test
    void aCallThatIsCutOffShouldGrantNothing() {
        ByteBuffer whole = Messages.bytes(Messages.ADD_IPV4);
        for (int length = 0; length < whole.capacity(); length++) {
            RecordedAnswers answers = new RecordedAnswers();
            try {
                receive(whole.duplicate().limit(length), answers);
                assertThat(length).isGreaterThanOrEqualTo(40);
                assertThat(answers.answer()).isEqualTo(Messages.accepted("00000004"));
            } catch (GarbledMessageException e) {
                assertThat(length).isLessThan(40);
                assertThat(answers.isAnswered()).isFalse();
            }
        }
        assertThat(added).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"00000191", "7fffffff", "80000000", "ffffffff"})
    void credentialsThatClaimAnImpossibleLengthShouldNotBeRead(String length) {
        String call = Messages.ADD_IPV4.replaceFirst(
                "00000001 00000001 00000000 00000000", "00000001 00000001 00000001 " + length);
        RecordedAnswers answers = new RecordedAnswers();

        assertThatThrownBy(() -> receive(Messages.bytes(call), answers)).isInstanceOf(GarbledMessageException.class);
        assertThat(added).isEmpty();
    }
}
