// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac.portmapper;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the tests with a real rpcbind cannot do without a second account. */
class RpcbindRegistrationTest {

    private static final long NEVER = 3_600_000;

    private static RpcbindRegistration register(FakeRpcbind rpcbind) throws IOException {
        List<PortMapping> mappings = PortMapping.of(
                new NoProgram(900_101, 1, 2), new InetSocketAddress(InetAddress.getLoopbackAddress(), 4_001));
        return RpcbindRegistration.start(mappings, rpcbind.port(), NEVER);
    }

    @Test
    void closeShouldEndTheRegistration() throws IOException {
        try (FakeRpcbind rpcbind = FakeRpcbind.whereVersionsAreTaken()) {
            RpcbindRegistration registration = register(rpcbind);
            assertThat(rpcbind.takeCalls()).contains("set 1 udp", "set 1 tcp", "set 2 udp", "set 2 tcp");
            assertThat(registration.trouble()).isEmpty();

            registration.close();

            assertThat(rpcbind.takeCalls()).containsExactly("unset 1 udp", "unset 1 tcp", "unset 2 udp", "unset 2 tcp");
        }
    }

    @Test
    void closeShouldEndThePartThatWasTakenAndLeaveTheRestToTheServerThatHasIt() throws IOException {
        try (FakeRpcbind rpcbind = FakeRpcbind.whereVersionsAreTaken(1)) {
            RpcbindRegistration registration = register(rpcbind);
            rpcbind.takeCalls();

            assertThat(registration.trouble()).contains("rpcbind did not accept the registration");
            registration.close();

            assertThat(rpcbind.takeCalls()).containsExactly("unset 2 udp", "unset 2 tcp");
        }
    }

    @Test
    void closeShouldRemoveNothingIfAnotherServerHasAllOfIt() throws IOException {
        try (FakeRpcbind rpcbind = FakeRpcbind.whereVersionsAreTaken(1, 2)) {
            RpcbindRegistration registration = register(rpcbind);
            rpcbind.takeCalls();

            registration.close();

            assertThat(rpcbind.takeCalls()).isEmpty();
        }
    }

    @Test
    void anRpcbindThatDoesNotAnswerShouldBeReported() throws IOException {
        int nobodyListens;
        try (FakeRpcbind rpcbind = FakeRpcbind.whereVersionsAreTaken()) {
            nobodyListens = rpcbind.port();
        }
        List<PortMapping> mappings = PortMapping.of(
                new NoProgram(900_101, 1, 2), new InetSocketAddress(InetAddress.getLoopbackAddress(), 4_001));
        try (RpcbindRegistration registration = RpcbindRegistration.start(mappings, nobodyListens, NEVER)) {
            assertThat(registration.trouble()).contains("No rpcbind answers on this host");
        }
    }
}
