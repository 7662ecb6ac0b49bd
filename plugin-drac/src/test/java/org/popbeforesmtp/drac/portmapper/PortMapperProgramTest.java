// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac.portmapper;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.drac.rpc.GarbledMessageException;
import org.popbeforesmtp.drac.rpc.Messages;
import org.popbeforesmtp.drac.rpc.RecordedAnswers;
import org.popbeforesmtp.drac.rpc.Transport;
import org.popbeforesmtp.runtime.LogLimit;
import org.popbeforesmtp.runtime.MutableClock;

class PortMapperProgramTest {

    private static final LogLimit LOG = new LogLimit(new MutableClock(), 1);

    private static String ask(String host, String call, Transport transport) {
        PortMapperProgram portMapper = new PortMapperProgram(LOG);
        portMapper.publish(PortMapping.of(new NoProgram(900_101, 1, 2), new InetSocketAddress(host, 0x1234)));
        RecordedAnswers answers = new RecordedAnswers();
        try {
            portMapper.receive(Messages.bytes(call), ClientAddress.parse("198.51.100.25"), transport, answers);
        } catch (GarbledMessageException e) {
            throw new AssertionError(e);
        }
        return answers.answer();
    }

    private static String call(int version, int procedure, String arguments) {
        return Messages.call(100_000, version, procedure) + " " + arguments;
    }

    private static String getPort(int program, int version, int protocol) {
        return call(2, 3, "%08x %08x %08x 00000000".formatted(program, version, protocol));
    }

    private static String getAddress(int version, String networkId, String askedAt) {
        return call(
                4,
                3,
                "%08x %08x %s %s %s"
                        .formatted(
                                900_101,
                                version,
                                Messages.string(networkId),
                                Messages.string(askedAt),
                                Messages.string("")));
    }

    @ParameterizedTest
    @CsvSource({
        "900101, 1, 17, 00001234",
        "900101, 2, 17, 00001234",
        "900101, 1, 6, 00001234",
        // Of a version that there is not another's port, where the client then learns which there are.
        "900101, 3, 6, 00001234",
        "900101, 1, 1, 00000000",
        "100003, 1, 17, 00000000"
    })
    void getPortShouldReturnThePortOfAProgram(int program, int version, int protocol, String port) {
        assertThat(ask("192.0.2.1", getPort(program, version, protocol), Transport.UDP))
                .isEqualTo(Messages.success(port));
    }

    @Test
    void getPortShouldNotReturnAnIpv6Address() {
        assertThat(ask("2001:db8::1", getPort(900_101, 1, 17), Transport.UDP)).isEqualTo(Messages.success("00000000"));
    }

    @ParameterizedTest
    @CsvSource({
        "2001:db8::1, udp6, ::1.0.111, 2001:db8::1.18.52",
        "2001:db8::1, tcp6, '', 2001:db8::1.18.52",
        "2001:db8::1, udp, '', ''",
        "192.0.2.1, udp, 192.0.2.1.0.111, 192.0.2.1.18.52",
        "::, udp6, 2001:db8::2.0.111, 2001:db8::2.18.52",
        "::, udp, 192.0.2.2.0.111, 192.0.2.2.18.52",
        "::, udp6, '', ::.18.52",
        "::, udp6, not.an.address.0.111, ::.18.52"
    })
    void getAddressShouldReturnTheAddressThatTheClientCanReach(
            String host, String networkId, String askedAt, String address) {
        assertThat(ask(host, getAddress(2, networkId, askedAt), Transport.UDP))
                .isEqualTo(Messages.success(Messages.string(address)));
    }

    @Test
    void theListShouldBeSentOverTcp() {
        assertThat(ask("192.0.2.1", call(2, 4, ""), Transport.TCP))
                .isEqualTo(Messages.success("00000001 000dbc05 00000001 00000011 00001234"
                        + " 00000001 000dbc05 00000001 00000006 00001234"
                        + " 00000001 000dbc05 00000002 00000011 00001234"
                        + " 00000001 000dbc05 00000002 00000006 00001234 00000000"));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void theListShouldNotBeSentOverUdpWhereItWouldBeLongerThanTheQuestion(int version) {
        assertThat(ask("192.0.2.1", call(version, 4, ""), Transport.UDP)).isEqualTo(Messages.accepted("00000003"));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void registrationsShouldNotBeTaken(int procedure) {
        String call = call(2, procedure, "000186a3 00000003 00000011 00000801");

        assertThat(ask("192.0.2.1", call, Transport.UDP)).isEqualTo(Messages.success("00000000"));
    }

    @Test
    void callsShouldNotBePassedOn() {
        assertThat(ask("192.0.2.1", call(2, 5, "000dbc05 00000001 00000000 00000000"), Transport.UDP))
                .isEqualTo(Messages.accepted("00000003"));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4})
    void procedure0ShouldDoNothing(int version) {
        assertThat(ask("192.0.2.1", call(version, 0, ""), Transport.UDP)).isEqualTo(Messages.success(""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "000dbc05", "000dbc05 00000001 00000003 75647000 7fffffff"})
    void argumentsThatAreCutOffShouldBeGarbage(String arguments) {
        assertThat(ask("192.0.2.1", call(4, 3, arguments), Transport.UDP)).isEqualTo(Messages.accepted("00000004"));
    }
}
