// SPDX-License-Identifier: Apache-2.0
package org.popbeforesmtp.drac.portmapper;

import java.net.BindException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.popbeforesmtp.address.ClientAddress;
import org.popbeforesmtp.drac.rpc.GarbledMessageException;
import org.popbeforesmtp.drac.rpc.RpcCall;
import org.popbeforesmtp.drac.rpc.RpcProgram;
import org.popbeforesmtp.drac.rpc.RpcServer;
import org.popbeforesmtp.drac.rpc.Transport;
import org.popbeforesmtp.drac.rpc.XdrReader;
import org.popbeforesmtp.drac.rpc.XdrWriter;
import org.popbeforesmtp.runtime.LogLimit;

/**
 * The port mapper, program 100000, for a host that runs none: version 2 as old clients ask it, and as much of versions
 * 3 and 4 (RFC 1833) as clients over IPv6 need. It has a fixed list, accepts no registrations, and forwards no calls.
 * The whole list is available only over TCP, because over UDP it would be longer than the question.
 */
public final class PortMapperProgram extends RpcProgram {

    public static final int PORT = 111;
    static final int NUMBER = 100_000;

    private static final int NULL = 0;
    private static final int SET = 1;
    private static final int UNSET = 2;
    private static final int GET = 3;
    private static final int DUMP = 4;

    private static final int LONGEST_TEXT = 128;
    private static final String PORT_OF_ADDRESS = "(\\.\\d{1,3}){2}$";

    private volatile List<PortMapping> mappings = List.of();

    public PortMapperProgram(LogLimit failures) {
        super(NUMBER, 2, 4, failures);
    }

    /** Lists these, and itself, at an address of that server. */
    public static void serve(RpcServer server, InetSocketAddress at, List<PortMapping> others, LogLimit failures)
            throws BindException {
        PortMapperProgram program = new PortMapperProgram(failures);
        List<PortMapping> all = new ArrayList<>(PortMapping.of(program, server.listen(at, program)));
        all.addAll(others);
        program.publish(all);
    }

    void publish(List<PortMapping> published) {
        mappings = List.copyOf(published);
    }

    @Override
    protected void call(RpcCall call) throws GarbledMessageException {
        int procedure = call.procedure();
        if (procedure == NULL) {
            call.answer(RpcCall.SUCCESS);
        } else if (procedure == SET || procedure == UNSET) {
            call.answer(RpcCall.SUCCESS, 0);
        } else if (procedure == GET && call.version() == lowestVersion) {
            replyPort(call);
        } else if (procedure == GET) {
            replyAddress(call);
        } else if (procedure == DUMP && call.transport() == Transport.TCP) {
            replyAll(call);
        } else {
            call.answer(RpcCall.PROC_UNAVAIL);
        }
    }

    private void replyPort(RpcCall call) throws GarbledMessageException {
        XdrReader arguments = call.arguments();
        int program = arguments.readInt();
        int version = arguments.readInt();
        int protocol = arguments.readInt();
        arguments.readInt();
        call.answer(
                RpcCall.SUCCESS,
                find(program, version, mapping -> !mapping.ipv6 && mapping.transport.protocolNumber == protocol)
                        .map(PortMapping::port)
                        .orElse(0));
    }

    private void replyAddress(RpcCall call) throws GarbledMessageException {
        XdrReader arguments = call.arguments();
        int program = arguments.readInt();
        int version = arguments.readInt();
        String networkId = arguments.readString(LONGEST_TEXT);
        String askedAt = arguments.readString(LONGEST_TEXT);
        call.succeed(new XdrWriter()
                .writeStrings(
                        find(program, version, mapping -> mapping.networkId().equals(networkId))
                                .map(mapping -> addressFor(mapping, askedAt))
                                .orElse("")));
    }

    /** For a version that does not exist the answer is another one, so that the client learns which versions exist. */
    private Optional<PortMapping> find(int program, int version, Predicate<PortMapping> suits) {
        return Stream.concat(mappings.stream().filter(mapping -> mapping.version == version), mappings.stream())
                .filter(mapping -> mapping.program == program)
                .filter(suits)
                .findFirst();
    }

    /** A client says which of the host's addresses it called; if the server listens on all, the answer is that one. */
    private static String addressFor(PortMapping mapping, String askedAt) {
        try {
            String host = ClientAddress.parse(askedAt.replaceFirst(PORT_OF_ADDRESS, ""))
                    .toString();
            return mapping.isOnEveryAddress() ? mapping.universalAddress(host) : mapping.universalAddress();
        } catch (IllegalArgumentException e) {
            return mapping.universalAddress();
        }
    }

    private void replyAll(RpcCall call) {
        boolean asVersion2 = call.version() == lowestVersion;
        XdrWriter list = new XdrWriter();
        mappings.stream()
                .filter(mapping -> !asVersion2 || !mapping.ipv6)
                .forEach(mapping -> list.writeInts(1).writeAll(mapping.encoded(asVersion2)));
        call.succeed(list.writeInts(0));
    }
}
